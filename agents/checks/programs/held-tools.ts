/**
 * Python: what a program of ours needs to stay itself beside delivered code in the same interpreter. It speaks by what was there before any of
 * that code ran, is not found as `__main__`, and sees afterwards whether the tools it judged by are still the same. Code that hunts through the
 * interpreter's frames could still forge; nothing in one interpreter stops that.
 */
export const HELD_TOOLS = String.raw`
import builtins, json, sys, types

HELD = ('unittest', 'unittest.case', 'unittest.suite', 'unittest.result', 'unittest.runner', 'unittest.loader', 'doctest', 'ast', 'json', 'json.encoder', 'contextlib', 'inspect')
HELD_BUILTINS = ('AssertionError', 'Exception', 'BaseException', 'all', 'any', 'bool', 'callable', 'compile', 'eval', 'exec', 'getattr', 'isinstance', 'len', 'next', 'object', 'repr', 'type', 'vars', 'zip')


def tools_now():
    found = {'builtins.' + name: getattr(builtins, name) for name in HELD_BUILTINS}
    for name in HELD:
        for key, value in list(vars(sys.modules[name]).items()) if name in sys.modules else []:
            if callable(value):
                found[name + '.' + key] = value
            if isinstance(value, type) and value.__module__ in HELD:
                found.update({name + '.' + key + '.' + own: one for own, one in vars(value).items() if callable(one) or isinstance(one, (staticmethod, classmethod, property))})
    return found


def changed_tool(before):
    """The name of a tool that is another one now, or None."""
    now = tools_now()
    return next((name for name, value in before.items() if now.get(name) is not value), None)


def teller(mark):
    write, flush, encode = sys.__stdout__.write, sys.__stdout__.flush, json.JSONEncoder().encode

    def tell(kind, facts):
        write('\n' + mark + ' ' + encode({'kind': kind, **facts}) + '\n')
        flush()
    return tell


def hide_program():
    """Returns the program's module, which must be kept: with it its names would go."""
    program = sys.modules['__main__']
    sys.modules['__main__'] = types.ModuleType('__main__')
    return program


NOTHING_ELSE = object()


def equals_everything(value):
    """True for an object whose class answers every comparison with yes, as no result of a function honestly does. mock.ANY is meant to."""
    if isinstance(value, (list, tuple)):
        return any(equals_everything(one) for one in value[:100])
    if type(value).__module__ in ('builtins', 'unittest.mock'):
        return False
    try:
        return bool(value == NOTHING_ELSE)
    except Exception:
        return False
`;
