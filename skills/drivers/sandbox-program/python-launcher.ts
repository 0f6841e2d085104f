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
