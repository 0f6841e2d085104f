# n8n with the AI team's nodes, for main, worker and webhook processes alike.
#   docker build -t n8n-nodes-aios .
# docs/self-hosting.md tells how it is used; scripts/replay-dockerfile.ts plays these steps where there is no Docker.

ARG N8N_VERSION=2.41.1

FROM node:24.18.0-bookworm-slim AS package
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npx gulp quick
RUN node --import tsx scripts/image/build-package.ts image/n8n-nodes-aios
# Docker gives a new named volume the owner of the folder it is mounted on, so these must exist in the image and belong to node.
RUN mkdir -p image/empty

FROM n8nio/n8n:${N8N_VERSION}
ARG N8N_VERSION
LABEL org.opencontainers.image.title="n8n with n8n-nodes-aios" \
      org.opencontainers.image.description="n8n ${N8N_VERSION} with an AI team on its canvas" \
      org.opencontainers.image.licenses="MIT AND LicenseRef-n8n-sustainable-use" \
      org.opencontainers.image.source="https://github.com/n8n-nodes-aios/n8n-nodes-aios" \
      org.opencontainers.image.base.name="docker.io/n8nio/n8n:${N8N_VERSION}"
COPY --from=package /source/image/n8n-nodes-aios /opt/aios/n8n-nodes-aios
COPY --chmod=0755 scripts/image/entrypoint.sh scripts/image/prepare.mjs scripts/image/healthcheck.mjs scripts/image/pull-model.mjs /opt/aios/
COPY --chmod=0755 scripts/image/aios /usr/local/bin/aios
COPY --from=package --chown=1000:1000 /source/image/empty /home/node/.n8n
COPY --from=package --chown=1000:1000 /source/image/empty /aios
ENV AIOS_DATA_DIR=/aios \
    N8N_UNVERIFIED_PACKAGES_ENABLED=true
USER node
EXPOSE 5678
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 CMD ["node", "/opt/aios/healthcheck.mjs"]
# The last argument is the entrypoint of n8n's image; what follows it on the command line (worker, webhook, execute …) goes to n8n.
ENTRYPOINT ["tini", "--", "/opt/aios/entrypoint.sh", "/docker-entrypoint.sh"]
