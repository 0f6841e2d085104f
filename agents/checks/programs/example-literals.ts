/** Python: the values that examples show, read without running anything of the work. Needs HELD_TOOLS before it. */
export const EXAMPLE_LITERALS = String.raw`
import ast, re

WORDS = {'true': True, 'false': False, 'null': None, 'none': None, 'nil': None, 'True': True, 'False': False, 'None': None,
         'inf': float('inf'), 'infinity': float('inf'), 'nan': float('nan')}
MAKERS = {'set': set, 'frozenset': frozenset, 'float': float, 'tuple': tuple, 'list': list, 'dict': dict, 'complex': complex}
ALLOWED = (ast.Expression, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp, ast.Load,
           ast.USub, ast.UAdd, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)


class NoLiteral(Exception):
    pass


def literal(text):
    """The value of a text that is a literal, arithmetic on numbers included."""
    try:
        tree = ast.parse(text.strip(), mode='eval')
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise NoLiteral(text)
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and not node.keywords:
            called.add(node.func)
        elif isinstance(node, ast.Name) and (node in called or node.id in WORDS):
            pass
        elif not isinstance(node, ALLOWED):
            raise NoLiteral(text)
    try:
        return eval(compile(tree, '<example>', 'eval'), {'__builtins__': {}, **WORDS, **MAKERS})
    except Exception:
        raise NoLiteral(text)


CLOSING = {'(': ')', '[': ']', '{': '}'}


def balanced_end(text, start):
    """The place behind the bracket that closes the one at start; -1 when none does."""
    waiting, at = [], start
    while at < len(text):
        character = text[at]
        if character in '"\'':
            end = string_end(text, at)
            if end < 0:
                return -1
            at = end
            continue
        if character in CLOSING:
            waiting.append(CLOSING[character])
        elif character in ')]}':
            if not waiting or waiting.pop() != character:
                return -1
            if not waiting:
                return at + 1
        at += 1
    return -1


def string_end(text, start):
    quote = text[start] * 3 if text.startswith(text[start] * 3, start) and text[start] * 3 in text[start + 3:] else text[start]
    at = start + len(quote)
    while at < len(text):
        if text[at] == '\\':
            at += 2
        elif text.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return -1


def without_comment(line):
    at = 0
    while at < len(line):
        if line[at] in '"\'':
            end = string_end(line, at)
            at = end if end > 0 else at + 1
        elif line[at] == '#' or line.startswith('//', at) and line[at - 1:at] in ('', ' '):
            return line[:at]
        else:
            at += 1
    return line


def leading_literal(text):
    """The longest literal a text begins with, prose behind it left out. Returns (value, its text, how long it is in the text)."""
    body = text.lstrip()
    skipped = len(text) - len(body)
    if not body:
        raise NoLiteral(text)
    first = body.split('\n', 1)[0]
    if body[0] in '([{':
        end = balanced_end(body, 0)
        if end > len(first):
            return literal(body[:end]), body[:end], skipped + end
    line = without_comment(first)
    ends = [len(line)] + [at for at in range(len(line) - 1, 0, -1) if not (line[at].isalnum() and line[at - 1].isalnum())]
    for end in ends[:80]:
        candidate = line[:end].rstrip()
        while candidate and candidate[-1] in '.,;:!' :
            candidate = candidate[:-1].rstrip()
        if not candidate:
            continue
        try:
            return literal(candidate), candidate, skipped + len(candidate)
        except NoLiteral:
            continue
    raise NoLiteral(text)


def same(actual, expected, shown=''):
    """Equal, as an example means it: numbers up to what it shows of them, nested values alike."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return actual == expected and isinstance(actual, (bool, int)) and isinstance(expected, (bool, int))
    if isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
        return near(actual, expected, shown)
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        return type(expected) == type(actual) and len(expected) == len(actual) and all(same(one, other, shown) for one, other in zip(actual, expected))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(same(actual[key], expected[key], shown) for key in expected)
    try:
        return bool(actual == expected) and not equals_everything(actual)
    except Exception:
        return False


def near(actual, expected, shown):
    if actual == expected or actual != actual and expected != expected:
        return True
    if not isinstance(actual, float) and not isinstance(expected, float):
        return False
    places = [len(digits) for digits in re.findall(r'\.(\d+)', shown)]
    # 0.5 may mean exactly that; three and more places are a rounded value.
    slack = 0.5000001 * 10 ** -max(places) if places and max(places) >= 3 else 0
    try:
        return abs(actual - expected) <= max(slack, 1e-9 * max(abs(actual), abs(expected)))
    except OverflowError:
        return False
`;
