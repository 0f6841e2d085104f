// isomorphic-git brings a SHA-1 in plain JavaScript, which builds functions from text; in Node the system's own is there.
const { createHash } = require('node:crypto');

module.exports = class Sha1 {
  #hash = createHash('sha1');

  update(data, encoding) {
    this.#hash.update(data, encoding);
    return this;
  }

  digest(encoding) {
    return this.#hash.digest(encoding);
  }
};
