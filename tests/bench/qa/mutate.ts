/**
 * Python: makes mutants of a documented function and says of each whether it changes the outcome of an example.
 *
 * It judges by its own look at the documentation: every call of a documented function that can be evaluated, and every
 * `>>>` expression. QA's finder of examples has no part in it but for inputs in words, whose calls are not written down.
 */
export const MUTATE = String.raw`
import random

SWAPPED = {ast.Lt: ['<=', '>='], ast.LtE: ['<', '>'], ast.Gt: ['>=', '<='], ast.GtE: ['>', '<'], ast.Eq: ['!='], ast.NotEq: ['=='], ast.In: ['not in'], ast.NotIn: ['in'],
           ast.Add: ['-'], ast.Sub: ['+'], ast.Mult: ['+', '//'], ast.Div: ['*'], ast.FloorDiv: ['*'], ast.Mod: ['+', '//'], ast.Pow: ['*'], ast.BitXor: ['|'], ast.Is: ['is not'], ast.IsNot: ['is']}
RENAMED = {'min': 'max', 'max': 'min', 'sum': 'len', 'all': 'any', 'any': 'all', 'sorted': 'list', 'upper': 'lower', 'lower': 'upper', 'isupper': 'islower', 'islower': 'isupper', 'floor': 'ceil', 'ceil': 'floor', 'append': 'count'}


class Places:
    def __init__(self, source):
        self.source = source
        self.lines = [0]
        for line in source.encode().split(b'\n'):
            self.lines.append(self.lines[-1] + len(line) + 1)

    def of(self, node):
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node):
        start, end = self.of(node)
        return self.source.encode()[start:end].decode()

    def replaced(self, start, end, text):
        raw = self.source.encode()
        return (raw[:start] + text.encode() + raw[end:]).decode()


def between(places, left, right, new):
    """The operator stands between its operands."""
    start, end = places.of(left)[1], places.of(right)[0]
    gap = places.source.encode()[start:end].decode()
    closing = gap[:len(gap) - len(gap.lstrip(' )\n'))]
    opening = gap[len(gap.rstrip(' (\n')):]
    return start, end, closing + (' ' if new[0].isalpha() else '') + new + (' ' if new[-1].isalpha() else '') + opening


def mutations(tree, places):
    texts = {id(line.value) for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Module, ast.ClassDef)) for line in node.body if isinstance(line, ast.Expr)}
    annotations = {id(part) for node in ast.walk(tree) for field in ('annotation', 'returns') for part in ast.walk(getattr(node, field, None) or ast.Pass())}
    for node in ast.walk(tree):
        if id(node) in texts or id(node) in annotations:
            continue
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            for new in SWAPPED.get(type(node.ops[0]), []):
                yield 'comparison', node, between(places, node.left, node.comparators[0], new)
        elif isinstance(node, ast.BinOp):
            for new in SWAPPED.get(type(node.op), []):
                yield 'arithmetic', node, between(places, node.left, node.right, new)
        elif isinstance(node, ast.BoolOp):
            yield 'and/or', node, between(places, node.values[0], node.values[1], 'or' if isinstance(node.op, ast.And) else 'and')
        elif isinstance(node, ast.Constant):
            yield from constants(node, places)
        elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
            yield 'negation', node, (*places.of(node.test), 'not (' + places.text(node.test) + ')')
        elif isinstance(node, ast.Return) and node.value is not None:
            yield 'return', node, (*places.of(node.value), 'None')
            yield 'return', node, (*places.of(node.value), 'not (' + places.text(node.value) + ')')
        elif isinstance(node, ast.UnaryOp):
            yield 'sign', node, (*places.of(node), places.text(node.operand))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in RENAMED:
            yield 'function', node, (*places.of(node), RENAMED[node.id])
        elif isinstance(node, ast.Attribute) and node.attr in RENAMED:
            yield 'function', node, (places.of(node)[1] - len(node.attr), places.of(node)[1], RENAMED[node.attr])
        elif isinstance(node, (ast.Break, ast.Continue)):
            yield 'jump', node, (*places.of(node), 'continue' if isinstance(node, ast.Break) else 'break')
        elif isinstance(node, ast.AugAssign) and type(node.op) in SWAPPED:
            yield 'arithmetic', node, between(places, node.target, node.value, SWAPPED[type(node.op)][0] + '=')


def constants(node, places):
    place = places.of(node)
    if isinstance(node.value, bool):
        yield 'constant', node, (*place, str(not node.value))
    elif isinstance(node.value, (int, float)):
        yield 'off by one', node, (*place, repr(node.value + 1))
        yield 'off by one', node, (*place, '(' + repr(node.value - 1) + ')')
    elif isinstance(node.value, str) and places.text(node)[:1] in '"\'':
        yield 'constant', node, (*place, repr(node.value + 'x'))


class Unquoted(dict):
    """f(abc) is what some write for f('abc')."""
    def __missing__(self, name):
        if name in self.space or hasattr(__builtins__, name):
            raise KeyError(name)
        return WORDS.get(name, name)


class TooManySteps(BaseException):
    pass


def outcome(code, call, most):
    """What a call comes to, in words, and how many steps it took."""
    steps = 0

    def count(frame, event, argument):
        nonlocal steps
        steps += 1
        if steps > most:
            raise TooManySteps()
        return count
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            space = {'__name__': 'work'}
            sys.settrace(count)
            exec(compile(code, 'work', 'exec'), space)
            arguments = Unquoted()
            arguments.space = space
            value = eval(call, space, arguments)
            return repr(value) + printed.getvalue(), steps
    except TooManySteps:
        return 'endless', steps
    except BaseException as error:
        return 'raises ' + type(error).__name__, steps
    finally:
        sys.settrace(None)


def calls_in(tree, source):
    calls = []
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    for node, text, written in documented(tree, source):
        for candidate in (text, written):
            for found in re.finditer(r'(?<![\w.])(' + '|'.join(names) + r')\s*\(', candidate):
                end = balanced_end(candidate, found.end() - 1)
                if end > 0:
                    calls.append(' '.join(candidate[found.start():end].split('\n')))
            calls += [example.source for example in doctests(candidate)]
        if isinstance(node, ast.FunctionDef) and node in tree.body:
            calls += [example.source for example in worded(without_doctests(text), set(names), node.name, *parameters_of(node))]
    return list(dict.fromkeys(calls))


def study(code, most, seed):
    tree = ast.parse(code)
    places = Places(code)
    usual = {}
    for call in calls_in(tree, code):
        said, steps = outcome(code, call, 200000)
        again, _ = outcome(code, call, 200000)
        if not said.startswith('raises') and said != 'endless' and said == again:
            usual[call] = (said, steps)
    found, seen = [], {code}
    everything = list(mutations(tree, places))
    random.Random(seed).shuffle(everything)
    for operator, node, (start, end, text) in everything:
        if len(found) >= most:
            break
        mutant = places.replaced(start, end, text)
        if mutant in seen:
            continue
        seen.add(mutant)
        try:
            compile(mutant, 'work', 'exec')
        except (SyntaxError, ValueError):
            continue
        changed = next((call for call, (said, steps) in usual.items() if outcome(mutant, call, 50 * steps + 20000)[0] != said), None)
        if changed is not None:
            found.append({'operator': operator, 'line': node.lineno, 'code': mutant, 'changes': changed})
    return {'calls': len(usual), 'mutants': found}


asked = json.load(sys.stdin)
print(json.dumps(study(asked['code'], asked['most'], asked['seed'])))
`;
