/** Python: runs one example and says whether it holds. Needs FIND_EXAMPLES before it. */
export const JUDGE_EXAMPLES = String.raw`
def shortened(text, most=300):
    return text if len(text) <= most else text[:most] + '…'


def shown_value(value):
    try:
        return shortened(repr(value))
    except Exception as error:
        return 'a value whose repr raises ' + type(error).__name__


class TookTooLong(BaseException):
    """No Exception: work that catches everything must not catch this."""


EXAMPLE_S = 5


def within_time(act):
    """Ends an endless loop in one example, so that the others are judged, too. Python before 3.12 leaves that to the executor."""
    monitoring = getattr(sys, 'monitoring', None)
    if monitoring is None:
        return act()
    until = time.perf_counter() + EXAMPLE_S

    def look(*_):
        if time.perf_counter() > until:
            # Once: the handlers of this error must get their time.
            monitoring.set_events(monitoring.PROFILER_ID, 0)
            raise TookTooLong('it was still running after ' + str(EXAMPLE_S) + ' s')
    events = monitoring.events
    monitoring.use_tool_id(monitoring.PROFILER_ID, 'examples')
    try:
        for event in (events.JUMP, events.PY_START, events.BRANCH):
            monitoring.register_callback(monitoring.PROFILER_ID, event, look)
        monitoring.set_events(monitoring.PROFILER_ID, events.JUMP | events.PY_START | events.BRANCH)
        return act()
    finally:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)


def judge(example, space, where):
    tell('start', {'source': shortened(example.source), 'where': where})
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            judged = judged_doctest if example.form == 'doctest' else judged_call
            state, got = within_time(lambda: judged(example, space, output))
    except BaseException as error:
        state, got = 'fail', 'the check itself ended with ' + type(error).__name__
    tell('example', {'state': state, 'source': shortened(example.source), 'want': shortened(str(example.want).strip()), 'got': got, 'where': where})


def raised(error):
    return shortened(type(error).__name__ + (': ' + str(error) if str(error) else ''))


def judged_doctest(example, space, output):
    if example.options.get(doctest.SKIP):
        return 'skip', ''
    try:
        tree = ast.parse(example.source)
    except (SyntaxError, ValueError):
        return judged_arrow(example, space, output)
    is_value = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
    try:
        if is_value:
            value = eval(compile(ast.Expression(tree.body[0].value), '<example>', 'eval'), space)
        else:
            exec(compile(tree, '<example>', 'exec'), space)
            value = None
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return ('pass' if matches_error(example, error) else 'fail'), raised(error)
    if example.error is not None:
        return 'fail', 'no error, but ' + shown_value(value)
    return matches_want(example, tree, value, is_value, output.getvalue())


def matches_error(example, error):
    if example.error is None:
        return False
    wanted, name = example.error.strip(), type(error).__name__
    kind, _, message = wanted.partition(':')
    if kind.strip().rsplit('.', 1)[-1] != name:
        return False
    message = message.strip()
    if not message or example.options.get(doctest.IGNORE_EXCEPTION_DETAIL):
        return True
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(message + '\n', str(error) + '\n', flags)


def matches_want(example, tree, value, is_value, printed):
    got = printed + (repr(value) + '\n' if is_value and value is not None else '')
    if not example.want:
        return without_want(example, tree, value, is_value, got)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | sum(flag for flag, on in example.options.items() if on)
    for want in wants(example.want):
        if doctest.OutputChecker().check_output(want + '\n', got, flags):
            return 'pass', got
        try:
            if is_value and not printed and same(value, literal(want), want):
                return 'pass', got
            if printed and value is None and same(literal(printed), literal(want), want):
                return 'pass', got
        except NoLiteral:
            pass
        if is_value and isinstance(value, str) and not printed and value.strip() == want.strip():
            return 'pass', got
    return 'fail', shortened(got.strip()) or 'nothing'


def wants(text):
    """What is demanded, and the same without a comment or the prose that follows it without an empty line."""
    whole = textwrap.dedent(text).rstrip('\n')
    yield whole
    try:
        _, shown, length = leading_literal(whole)
    except NoLiteral:
        return
    rest = whole[length:].strip()
    if rest and (rest[0] in '#.(,;-' or '\n' in whole and re.match(r'[A-Za-z]', rest)):
        yield shown


def without_want(example, tree, value, is_value, got):
    if not is_value or value is None:
        return 'pass', got
    arrow = judged_comment(example, value)
    if arrow:
        return arrow
    if isinstance(tree.body[0].value, (ast.Compare, ast.BoolOp)) or isinstance(tree.body[0].value, ast.UnaryOp) and isinstance(value, bool):
        return ('pass' if value else 'fail'), shown_value(value)
    return ('fail' if example.strict else 'skip'), shown_value(value)


def judged_comment(example, value):
    comment = re.search(r'#\s*(?:' + SIGN + r'|' + SAYING + r'\b)?\s*(.+)$', example.source)
    if not comment or not re.search(r'#\s*(?:=|-+>|→|➞|returns?)', example.source):
        return None
    try:
        expected, shown, _ = leading_literal(comment.group(1))
    except NoLiteral:
        return None
    return ('pass' if same(value, expected, shown) else 'fail'), shown_value(value)


def judged_arrow(example, space, output):
    """>>> f(1) => 2 is no Python, but clear."""
    call = CALL.search(example.source)
    found = inline_call(example.source, call)[0] if call else None
    return judged_call(found, space, output) if found else ('skip', '')


def judged_call(example, space, output):
    try:
        called = ast.parse(example.source, mode='eval').body
        function = space[example.call]
        arguments = [argument(node, space) for node in called.args]
        named = {keyword.arg: argument(keyword.value, space) for keyword in called.keywords}
    except Exception:
        return 'skip', ''
    try:
        import inspect
        inspect.signature(function).bind(*arguments, **named)
    except (TypeError, ValueError):
        return 'skip', ''
    try:
        value = function(*arguments, **named)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return 'fail', raised(error)
    printed = output.getvalue().strip()
    if same(value, example.expected, example.shown) or loosely(value, example) or value is None and printed and printed == str(example.expected):
        return 'pass', shown_value(value)
    return 'fail', shown_value(value)


def loosely(value, example):
    # ("a") is what people write for the tuple of one, [1, 2] for any list of values.
    if isinstance(value, tuple) and len(value) == 1 and example.shown.startswith('('):
        return same(value[0], example.expected, example.shown)
    if isinstance(value, (list, tuple)) and isinstance(example.expected, (list, tuple)) and type(value) != type(example.expected):
        return same(list(value), list(example.expected), example.shown)
    return False


def argument(node, space):
    if isinstance(node, ast.Name) and node.id not in space and not hasattr(__builtins__, node.id):
        return WORDS[node.id] if node.id in WORDS else node.id
    if isinstance(node, ast.Starred):
        raise NoLiteral('*')
    space = {**WORDS, **space}
    return eval(compile(ast.Expression(node), '<example>', 'eval'), space)
`;
