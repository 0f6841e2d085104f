/** Python: runs the examples of delivered modules and tells of each. Needs HELD_TOOLS and JUDGE_EXAMPLES before it; its order comes on standard input. */
export const RUN_EXAMPLES = String.raw`
import contextlib, importlib, io, json, os, sys, time

def parameters_of(node):
    args = node.args
    every = [one.arg for one in args.posonlyargs + args.args]
    every = every[1:] if every[:1] in (['self'], ['cls']) else every
    required = every[:len(every) - len(args.defaults)] if args.defaults else every
    return every + [one.arg for one in args.kwonlyargs], required


def documented(tree, source):
    """(owner or None, its node, docstring as read, docstring as written) of a module and all that it defines."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        # A text that stands alone is documentation, also behind an import.
        for line in node.body:
            if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str):
                written = ast.get_source_segment(source, line.value) or ''
                yield node, line.value.value, re.sub(r'^[rRuU]*("""|\'\'\'|"|\')|("""|\'\'\'|"|\')$', '', written)


def examples_of(node, text, written, known, top):
    found = doctests(text)
    # An escape such as \n in a docstring that is not raw breaks its examples; as they are written they are whole.
    if text.count('>>>') > len(found) or broken(found):
        as_written = doctests(written)
        if len(as_written) >= len(found) and not broken(as_written):
            text, found = written, as_written
    is_function = isinstance(node, ast.FunctionDef) and node in top
    parameters, required = parameters_of(node) if is_function else ([], [])
    owner = node.name if is_function else None
    return found + worded(without_doctests(text), known, owner, parameters, required)


def worded(text, known, owner, parameters, required):
    found = inline_calls(text, known, owner)
    if owner:
        found += list(inputs_and_outputs(text, owner, parameters, required))
        found += [example for form in (sentences, steps) for example in form(text, owner, parameters, required)]
    unique = {}
    for example in found:
        unique.setdefault(example.source, example)
    return list(unique.values())


def module_name(path):
    return path[:-3].replace('/', '.')


def load(path):
    folder = os.path.dirname(path)
    for one in (os.getcwd(), os.path.join(os.getcwd(), folder)):
        if one not in sys.path:
            sys.path.insert(0, one)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return importlib.import_module(module_name(path))


def check_file(path, texts):
    with open(path, encoding='utf-8') as file:
        source = file.read()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        tell('example', {'state': 'fail', 'source': path, 'want': 'Python that can be read', 'got': raised(error), 'where': path})
        return
    top = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node in top}
    groups = [(where(path, node), examples_of(node, text, written, known, top)) for node, text, written in documented(tree, source)]
    groups += [('the task', [one for one in doctests(text) if names_in(one.source) & known] + worded(without_doctests(text), known, None, [], [])) for text in texts if known]
    groups = [(name, found) for name, found in groups if found]
    if groups:
        run_groups(path, groups)


def names_in(source):
    try:
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):
        return set()


def where(path, node):
    return path + (':' + str(node.lineno) + ' ' + node.name if hasattr(node, 'name') else '')


def run_groups(path, groups):
    tell('start', {'source': 'import ' + path, 'where': path})
    try:
        space = vars(load(path))
    except BaseException as error:
        is_fault = isinstance(error, (NameError, AttributeError, TypeError, SyntaxError))
        tell('example' if is_fault else 'unloaded', {'state': 'fail', 'source': 'import ' + module_name(path), 'want': 'no error', 'got': raised(error), 'where': path})
        return
    for name, found in groups:
        own = dict(space)
        for example in found:
            judge(example, own, name)


order = json.load(sys.stdin)
sys.stdin = io.StringIO('')
tell = teller(order.pop('mark'))
program = hide_program()
held = tools_now()
for one in order['paths']:
    check_file(one, order['texts'])
changed = changed_tool(held)
if changed:
    tell('tampered', {'what': changed})
tell('end', {})
`;
