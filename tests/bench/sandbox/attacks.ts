import type { SandboxEnd, SandboxJob } from '../../../skills';
import type { Canaries } from './canaries';

/** Code that means harm, and how it has to end. */
export interface Attack {
  name: string;
  job: SandboxJob;
  /** Unset: however it likes. */
  ends?: readonly SandboxEnd[];
}

const MIB = 1024 * 1024;
const files = {};

/** Each tries to use up what it should not get. The limits are small, so that a limit that does not bite is seen. */
export function bombs(): Attack[] {
  const time = { timeMs: 2_000 };
  const memory = { timeMs: 20_000, memoryBytes: 320 * MIB };
  const job = (language: SandboxJob['language'], code: string, limits: SandboxJob['limits']): SandboxJob => ({ language, code, files, limits });
  return [
    { name: 'endless loop in bash', job: job('bash', 'while true; do :; done', time), ends: ['time'] },
    { name: 'endless loop in Python', job: job('python', 'while True: pass', time), ends: ['time'] },
    { name: 'endless loop in JavaScript', job: job('javascript', 'for (;;);', time), ends: ['time'] },
    { name: 'endless sleep', job: job('bash', 'sleep 100000', time), ends: ['time'] },
    { name: 'catastrophic regular expression', job: job('python', 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")', time), ends: ['time'] },
    { name: 'fork bomb in bash', job: job('bash', ':(){ :|:& };:', time), ends: ['stopped', 'time', 'memory'] },
    { name: 'fork bomb in Python', job: job('python', 'import os\nwhile True: os.fork()', time), ends: ['exit', 'time'] },
    { name: 'endless threads in Python', job: job('python', 'import threading\nwhile True: threading.Thread(target=lambda: None).start()', time), ends: ['exit', 'time'] },
    { name: 'endless recursion in bash', job: job('bash', 'f() { f; }; f', time), ends: ['stopped'] },
    { name: 'memory in bash', job: job('bash', 'x=aaaaaaaa; while true; do x="$x$x"; done', memory), ends: ['memory', 'stopped', 'exit'] },
    { name: 'memory in Python', job: job('python', 'a = []\nwhile True: a.append(bytearray(5_000_000))', memory), ends: ['memory', 'exit'] },
    { name: 'memory in JavaScript', job: job('javascript', 'const a = []; while (true) a.push(new Array(10_000).fill(1));', memory), ends: ['memory', 'exit'] },
    { name: 'output of bash', job: job('bash', 'while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done', { timeMs: 20_000 }), ends: ['output'] },
    { name: 'output of Python', job: job('python', 'while True: print("a" * 1000)', { timeMs: 20_000 }), ends: ['output'] },
    { name: 'errors of JavaScript', job: job('javascript', 'for (;;) console.error("a".repeat(1000));', { timeMs: 20_000 }), ends: ['output'] },
    { name: 'many files', job: job('bash', 'for i in $(seq 1 5000); do echo x > f$i; done', { timeMs: 20_000 }), ends: ['files'] },
    { name: 'a large file', job: job('bash', 'printf "%5000000s" x > big.txt', { timeMs: 20_000 }), ends: ['files', 'stopped'] },
    { name: 'zip bomb', job: job('python', 'import zipfile, io\ndata = io.BytesIO()\nwith zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as z: z.writestr("a", b"0" * 6_000_000)\nzipfile.ZipFile(data).extractall(".")', { timeMs: 20_000 }), ends: ['files', 'exit', 'time'] },
  ];
}

/** Each tries to touch the canaries, by ways that work in a real shell, Python and Node. */
export function raids({ file, port, pid }: Canaries): Attack[] {
  const python = (code: string) => `def attempt(act):\n    try: print(act())\n    except BaseException as error: print(type(error).__name__, error)\n${code}`;
  return [
    { name: 'bash reads', job: { language: 'bash', code: `cat ${file} /proc/self/environ /etc/passwd; ls / /proc; env; cat < ${file}; source ${file}; ln -s ${file} l; cat l; head -c 99 ../../..${file}`, files } },
    { name: 'bash writes', job: { language: 'bash', code: `echo x > ${file}; rm -rf ${file} /; chmod 777 ${file}; mv ${file} /tmp/x; tee ${file} <<< x`, files } },
    { name: 'bash connects', job: { language: 'bash', code: `curl http://127.0.0.1:${port}; wget http://127.0.0.1:${port}; exec 3<>/dev/tcp/127.0.0.1/${port}; echo x > /dev/tcp/127.0.0.1/${port}; nc 127.0.0.1 ${port}`, files } },
    { name: 'bash kills', job: { language: 'bash', code: `kill -9 ${pid}; kill -9 -1; pkill node`, files } },
    { name: 'python reads', job: { language: 'python', code: python(`import os, io, sys, glob, codecs\nfor path in ["${file}", "/host${file}", "/host/../..${file}", "/proc/self/environ", "/etc/passwd", "/lib/../..${file}"]:\n    for act in (lambda: open(path).read(), lambda: io.FileIO(path).read(), lambda: os.open(path, 0), lambda: os.listdir(os.path.dirname(path)), lambda: io.open_code(path).read()): attempt(act)\nprint(dict(os.environ)); attempt(lambda: os.popen("env").read())`), files } },
    { name: 'python writes', job: { language: 'python', code: python(`import os, shutil, pathlib\nfor act in (lambda: open("${file}", "w").write("x"), lambda: os.remove("${file}"), lambda: shutil.rmtree("/"), lambda: pathlib.Path("${file}").unlink(), lambda: os.rename("${file}", "/tmp/x"), lambda: os.symlink("${file}", "l") or open("l", "a").write("x")): attempt(act)`), files } },
    { name: 'python connects', job: { language: 'python', code: python(`import socket, urllib.request, http.client\nfor act in (lambda: socket.create_connection(("127.0.0.1", ${port}), 1).recv(99), lambda: urllib.request.urlopen("http://127.0.0.1:${port}/", timeout=1).read(), lambda: http.client.HTTPConnection("127.0.0.1", ${port}, timeout=1).request("GET", "/")): attempt(act)`), files } },
    { name: 'python starts and kills', job: { language: 'python', code: python(`import os, subprocess, ctypes.util, multiprocessing\nfor act in (lambda: os.kill(${pid}, 9), lambda: os.system("kill -9 ${pid}"), lambda: subprocess.run(["cat", "${file}"], capture_output=True), lambda: os.execv("/bin/sh", ["sh"]), lambda: multiprocessing.Process(target=print).start(), lambda: __import__("ctypes").CDLL(None)): attempt(act)`), files } },
    { name: 'python reaches for the host of WebAssembly', job: { language: 'python', code: python('for name in ("js", "pyodide", "pyodide_js", "_pyodide", "emscripten", "_emscripten"): attempt(lambda: __import__(name))'), files } },
    { name: 'javascript reaches out', job: { language: 'javascript', code: javascriptRaid(file, port, pid), files } },
  ];
}

function javascriptRaid(file: string, port: number, pid: number): string {
  const acts = [
    `require('fs').readFileSync('${file}', 'utf8')`,
    `require('fs').writeFileSync('${file}', 'x')`,
    `require('fs').readFileSync('/proc/self/environ', 'utf8')`,
    `require('child_process').execSync('cat ${file}')`,
    `require('net').connect(${port}, '127.0.0.1')`,
    `fetch('http://127.0.0.1:${port}/').then((reply) => reply.text()).then(console.log, String)`,
    `process.kill(${pid}, 9)`,
    'JSON.stringify(process.env)',
    `process.binding('fs')`,
    `process.mainModule.require('fs').readFileSync('${file}', 'utf8')`,
    `this.constructor.constructor('return process')().mainModule.require('child_process').execSync('env')`,
    `new Function('return process')().getBuiltinModule('fs').readFileSync('${file}', 'utf8')`,
    `(async () => (await import('node:fs')).readFileSync('${file}', 'utf8'))().then(console.log, String)`,
    `(0, eval)('globalThis.process.getBuiltinModule("child_process").execSync("env")')`,
    `Error.prepareStackTrace = (_, sites) => sites[0].getThis().process`,
    `globalThis.tools.fs.read({ path: '${file}' })`,
  ];
  return acts.map((act) => `try { console.log(String(${act})); } catch (error) { console.log(String(error)); }`).join('\n');
}

export interface HostileRow {
  id: string;
  lang: string;
  code: string;
}

/** The row as it is, but what would connect to a port of this machine connects to the one that listens. */
export function rowAttack({ id, lang, code }: HostileRow, port: number, timeMs = 3_000): Attack {
  const aimed = /127\.0\.0\.1|localhost/.test(code) ? code.replace(/\b\d{4,5}\b/g, String(port)) : code;
  const language = lang === 'bash' || lang === 'javascript' ? lang : 'python';
  return { name: id, job: { language, code: aimed, files: {}, stdin: '', limits: { timeMs } } };
}
