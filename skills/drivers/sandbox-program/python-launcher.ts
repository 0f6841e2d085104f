/**
 * Runs a file as `python3 file.py` would: modules beside it can be imported, tracebacks show its own lines.
 * just-bash pastes a script, indented, into a longer one of its own, which changes texts over several lines and all line numbers.
 */
export function pythonLauncher(file: string): string {
  return `
import os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/host" + os.getcwd())
sys.argv[:] = ["${file}"]
__file__ = "${file}"
${REPAIRS}
def _run(scope):
    import traceback
    try:
        with open("${file}", encoding="utf-8") as source:
            exec(compile(source.read(), "${file}", "exec"), scope)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        raise
    except BaseException as error:
        traceback.print_exception(type(error), error, error.__traceback__.tb_next)
        sys.exit(1)
_run(globals())
`;
}

/**
 * What ordinary programs use and WebAssembly or just-bash's own prelude breaks: temporary files (os.open is not redirected, open is), `Path.rglob`,
 * the import of zoneinfo, and sockets, on which the interpreter ends without a word, asyncio's own included. Modules are repaired when the job imports them.
 */
const REPAIRS = `
os.environ["TMPDIR"] = "/host/tmp"
os.environ["PYTHONTZPATH"] = ""

def _glob(self, pattern, **options):
    for found in Path._orig_glob(_redirect_path(self), pattern, **options):
        yield Path(str(found).removeprefix("/host"))
Path.glob = _glob

def _without_sockets(module):
    def refused(*_given, **_named):
        raise OSError(95, "There is no network here")
    module.socketpair = module.socket.bind = module.socket.listen = refused

def _without_wakeups(module):
    import time
    def begin(self):
        def select(timeout=None):
            if timeout is None:
                raise RuntimeError("Everything waits for something that never comes: there are no threads, processes or sockets here")
            time.sleep(max(0, timeout))
            return []
        self._ssock = self._csock = None
        self._selector.select = select
    loop = module.BaseSelectorEventLoop
    loop._make_self_pipe = begin
    loop._close_self_pipe = loop._write_to_self = lambda self: None

class _Repairs:
    waiting = {"socket": _without_sockets, "asyncio.selector_events": _without_wakeups}
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        repair = cls.waiting.pop(name, None)
        if repair is None:
            return None
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name, path)
        load = spec.loader
        class Loader:
            def create_module(self, spec):
                return None
            def exec_module(self, module):
                load.exec_module(module)
                repair(module)
        spec.loader = Loader()
        return spec
for _name in [name for name in _Repairs.waiting if name in sys.modules]:
    _Repairs.waiting.pop(_name)(sys.modules[_name])
sys.meta_path.insert(0, _Repairs)
`;
