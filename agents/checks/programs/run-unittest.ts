/** Python: runs one test file, counts its tests and the assertions they reach. Needs HELD_TOOLS before it; its order comes on standard input. */
export const RUN_UNITTEST = String.raw`
import ast, contextlib, functools, io, json, os, sys, traceback, unittest

# Its frames are left out of tracebacks.
__unittest = True
ASSERTING = ('assert', 'fail')
counted = {'assertions': 0}


def count_assertion():
    counted['assertions'] += 1


def proves_something(node):
    """An assertion about something that is not written down as constants on both sides."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    called = [call for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith(ASSERTING)]
    return any(not all(isinstance(one, ast.Constant) for one in call.args) or call.keywords for call in called)


class Counting(ast.NodeTransformer):
    """Puts a count before each assertion, so that a test that never reaches one is seen."""

    def counted(self, node):
        self.generic_visit(node)
        if not proves_something(node):
            return node
        count = ast.Expr(ast.Call(ast.Name('__aios_count__', ast.Load()), [], []))
        return [ast.fix_missing_locations(ast.copy_location(count, node)), node]

    visit_Expr = visit_Assign = visit_Return = counted

    def visit_Assert(self, node):
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            node.test = ast.copy_location(ast.Call(ast.Name('__aios_equal__', ast.Load()), [test.left, *test.comparators], []), test)
        return self.counted(node)

    def visit_With(self, node):
        self.generic_visit(node)
        heads = [item.context_expr for item in node.items]
        if not any(proves_something(head) for head in heads):
            return node
        count = ast.Expr(ast.Call(ast.Name('__aios_count__', ast.Load()), [], []))
        return [ast.fix_missing_locations(ast.copy_location(count, node)), node]


def count_elsewhere(path):
    """Assertions in helpers of other files count as well."""
    here = (os.path.dirname(unittest.__file__), path)
    for name in dir(unittest.TestCase):
        if name.startswith('assert'):
            setattr(unittest.TestCase, name, counting(getattr(unittest.TestCase, name), here))


def counting(method, here):
    @functools.wraps(method)
    def counted_method(*given, **named):
        if not sys._getframe(1).f_code.co_filename.startswith(here):
            count_assertion()
        if 'Equal' in method.__name__ and 'Not' not in method.__name__:
            refuse_equal_to_all(given[1:3])
        return method(*given, **named)
    return counted_method


def refuse_equal_to_all(values):
    for value in values:
        if equals_everything(value):
            raise AssertionError('an object of the class ' + type(value).__name__ + ' says that it equals everything')


def equal(one, other):
    refuse_equal_to_all((one, other))
    return one == other


def load_tests(path):
    folder = os.path.join(os.getcwd(), os.path.dirname(path))
    sys.path[:0] = [os.getcwd(), folder]
    with open(path, encoding='utf-8') as file:
        tree = ast.fix_missing_locations(Counting().visit(ast.parse(file.read(), path)))
    name = os.path.basename(path)[:-3]
    module = type(sys)(name)
    module.__file__ = path
    module.__dict__.update({'__aios_count__': count_assertion, '__aios_equal__': equal})
    sys.modules[name] = module
    exec(compile(tree, path, 'exec'), module.__dict__)
    return module


def suite_of(module):
    suite = unittest.TestLoader().loadTestsFromModule(module)
    # Plain functions as pytest has them, as long as they need nothing from it.
    for name, value in sorted(vars(module).items()):
        if name.startswith('test') and callable(value) and getattr(value, '__module__', None) == module.__name__ and not isinstance(value, type) and value.__code__.co_argcount == 0:
            suite.addTest(unittest.FunctionTestCase(value, description=name))
    return suite


def last_lines(text, most=1500):
    """The assertion first: it stands at the end of a traceback."""
    lines = [line for line in text.strip().split('\n') if line.strip()]
    at = max([number for number, line in enumerate(lines) if line[:1] not in (' ', '\t')] or [0])
    said = '\n'.join(lines[at:])
    return (said[:most] + '\n' + '\n'.join(lines[max(0, at - 4):at]))[:most + 500]


def failures_of(result):
    return [{'test': test.shortDescription() or test.id(), 'said': last_lines(text)} for test, text in result.failures + result.errors + [(one, 'AssertionError: it was expected to fail and passed') for one in result.unexpectedSuccesses]]


def run(path):
    printed = io.StringIO()
    count_elsewhere(path)
    held = tools_now()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            suite = suite_of(load_tests(path))
    except BaseException as error:
        missing = getattr(error, 'name', None) if isinstance(error, ModuleNotFoundError) else None
        tell('unloaded', {'said': last_lines(traceback.format_exc()), 'missing': missing})
        return
    tell('start', {'tests': suite.countTestCases()})
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        result = unittest.TextTestRunner(stream=printed, verbosity=0).run(suite)
    changed = changed_tool(held)
    if changed:
        tell('tampered', {'what': changed})
    # A test that is expected to fail proves no more than one that is left out.
    skipped = len(result.skipped) + len(result.expectedFailures)
    tell('tests', {'run': result.testsRun - skipped, 'skipped': skipped, 'failures': failures_of(result)[:20], 'failed': len(failures_of(result)), 'assertions': counted['assertions'], 'printed': printed.getvalue()[-1500:]})


order = json.load(sys.stdin)
sys.stdin = io.StringIO('')
tell = teller(order.pop('mark'))
program = hide_program()
run(order['path'])
tell('end', {})
`;
