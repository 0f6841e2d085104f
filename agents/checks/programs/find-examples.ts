/** Python: the examples in a docstring or a text, in the many ways people write them. Needs EXAMPLE_LITERALS before it. */
export const FIND_EXAMPLES = String.raw`
import ast, doctest, re, textwrap

SIGN = r'==>|=+>|-+>|→|➞|⇒|⟶|↦|➔|➡|===|==|=|:'
SAYING = r'(?:(?:should|must|will|would|shall)\s+)?(?:returns?|be(?:come)?|equals?|evaluates?\s+to|gives?|yields?|outputs?|prints?|produces?|results?\s+in|is)(?:\s+equal\s+to)?'
BETWEEN = re.compile(r'\s*,?\s*(?:(?:#|//)\s*)?(?:' + SIGN + r'|' + SAYING + r'\b)(?:\s*(?:' + SIGN + r'))?\s*', re.I)
STRONG = re.compile(r'\s*(?:(?:#|//)\s*)?(?:==>|=+>|-+>|→|➞|⇒|⟶|➔|==|returns?\b)', re.I)
HEADING = re.compile(r'^[^\n]*\b(?:examples?|samples?|e\.g)\b[^\n]*$', re.I | re.M)
ALONE = re.compile(r'^[ \t*#-]*examples\s*:?[ \t]*$', re.I | re.M)
CALL = re.compile(r'(?<![\w.])([A-Za-z_]\w*)\s*\(')
INPUT = re.compile(r'^[ \t*-]*Inputs?\b\s*[:=]\s*(?P<input>.*?)^[ \t*-]*(?:Outputs?|Returns?|Expected|Result)\b\s*[:=]\s*(?P<output>.*?)(?=^[ \t]*$|^[ \t]*[A-Za-z][\w ]*:|\Z)', re.I | re.M | re.S)
SAID = re.compile(r'\b(?:(?:should|must|will|would|shall)\s+(?:be|return|equal|give|output)|returns?|outputs?|equals?|is|=+>|-+>|➞|→)\s*[:=]?\s*', re.I)


class Example:
    """One thing a text promises: running source gives want."""
    def __init__(self, form, source, want, expected=None, shown='', call=None, options=None, error=None, owner=None, strict=False):
        self.form, self.source, self.want, self.expected, self.shown = form, source, want, expected, shown
        self.call, self.options, self.error, self.owner, self.strict = call, options or {}, error, owner, strict


def doctests(text):
    """The examples with >>> as doctest reads them."""
    fixed = re.sub(r'^(\s*)(>>>|\.\.\.)(?=\S)', r'\1\2 ', text.expandtabs(), flags=re.M)
    try:
        found = doctest.DocTestParser().get_examples(fixed)
    except ValueError:
        found = []
        for block in re.split(r'(?m)(?=^\s*>>> )', fixed):
            try:
                found += doctest.DocTestParser().get_examples(block)
            except ValueError:
                continue
    strict = any(example.want for example in found)
    return [Example('doctest', example.source.strip('\n'), example.want, options=example.options, error=example.exc_msg, strict=strict) for example in found]


def broken(examples):
    for example in examples:
        try:
            ast.parse(example.source)
        except (SyntaxError, ValueError):
            return True
    return False


def without_doctests(text):
    kept, inside = [], False
    for line in text.split('\n'):
        start = line.lstrip().startswith('>>>')
        inside = start or inside and line.strip() != ''
        kept.append('' if inside else line)
    return '\n'.join(kept)


def after_heading(text):
    """Only below "Examples:" are all calls examples; above it they may define something else."""
    heading = ALONE.search(text) or HEADING.search(text)
    return text[heading.start():] if heading else None


def inline_calls(text, known, owner):
    """name(arguments) ==> value, in the many ways people write it."""
    below = after_heading(text)
    found, strangers = [], []
    for call in CALL.finditer(below if below is not None else text):
        body = below if below is not None else text
        if below is None and not re.fullmatch(r'[\s*>\d.)-]*(?:(?:for|assert|e\.g\.?|i\.e\.?|print|and)\s+)?\x60?', body[:call.start()].rsplit('\n', 1)[-1], re.I):
            continue
        example, strong = inline_call(body, call)
        if example is None:
            continue
        if call.group(1) in known:
            found.append(example)
        elif strong and below is not None:
            strangers.append(example)
    # An author who renamed the function and forgot its examples; with one rightly named the stranger is another function.
    if not found and owner and len({example.call for example in strangers}) == 1:
        for example in strangers:
            example.source = owner + example.source[len(example.call):].lstrip()
            example.call = owner
        found = strangers
    return found


def inline_call(body, call):
    opening = body.index('(', call.end() - 1)
    end = balanced_end(body, opening)
    if end < 0:
        return None, False
    rest = body[end:]
    rest = rest[1:] if rest.startswith('\x60') else rest
    between = BETWEEN.match(rest)
    if not between:
        return None, False
    value_text = rest[between.end():].lstrip('\x60')
    try:
        value, shown, _ = leading_literal(value_text)
    except NoLiteral:
        return None, False
    source = ' '.join(body[call.start():end].split('\n'))
    return Example('inline', source, shown, expected=value, shown=shown, call=call.group(1)), bool(STRONG.match(rest))


def named_values(text, parameters, required):
    """a = 1, b: [2] for the parameters of the function that is meant; under other names, in their order."""
    pairs = []
    for place in re.finditer(r'(?<![\w.])([A-Za-z_]\w*)\s*(?:=|:)\s*', text):
        try:
            pairs.append((place.group(1), argument_literal(text[place.end():])))
        except NoLiteral:
            pass
    by_name = {name.lower(): name for name in parameters}
    values = {by_name[name.lower()]: value for name, value in reversed(pairs) if name.lower() in by_name}
    if all(name in values for name in required):
        return values
    return dict(zip(required, [value for _, value in pairs])) if len(pairs) == len(required) else {}


def argument_literal(text):
    body = text.lstrip()
    if body[:1] in ('(', '[', '{'):
        end = balanced_end(body, 0)
        literal(body[:max(end, 0)])
        return body[:end]
    if body[:1] in ('"', "'"):
        end = string_end(body, 0)
        literal(body[:max(end, 0)])
        return body[:end]
    return leading_literal(re.split(r',|\n|\band\b', body, maxsplit=1)[0])[1]


def call_of(owner, parameters, required, text):
    """The call that an input in words means, or None."""
    values = named_values(text, parameters, required)
    if values:
        return owner + '(' + ', '.join(name + '=' + value for name, value in values.items()) + ')'
    flat = ' '.join(text.split())
    for candidate in (flat.rstrip('.;'), flat.split('#')[0].strip()):
        try:
            value = literal(candidate)
        except NoLiteral:
            continue
        spread = isinstance(value, tuple) and len(required) > 1 and len(required) <= len(value) <= len(parameters) and not candidate.startswith('(')
        if spread or len(required) <= 1 <= len(parameters):
            return owner + '(' + candidate + ')'
    return None


def inputs_and_outputs(text, owner, parameters, required):
    for pair in INPUT.finditer(text):
        source = call_of(owner, parameters, required, pair.group('input').strip())
        try:
            value, shown, _ = leading_literal(pair.group('output').strip())
        except NoLiteral:
            continue
        if source:
            yield Example('input', source, shown, expected=value, shown=shown, call=owner)


def sentences(text, owner, parameters, required):
    """For lst = [1, 2] the output should be 3."""
    for line in text.split('\n'):
        start = re.match(r'[\s*-]*(?:for|if|when|given|with|let)\b\s+(?=\w+\s*[=:])', line, re.I)
        values = named_values(line, parameters, required) if start else {}
        if not values:
            continue
        for said in reversed(list(SAID.finditer(line))):
            try:
                value, shown, _ = leading_literal(line[said.end():])
            except NoLiteral:
                continue
            yield Example('sentence', owner + '(' + ', '.join(name + '=' + one for name, one in values.items()) + ')', shown, expected=value, shown=shown, call=owner)
            break


def steps(text, owner, parameters, required):
    """A line arr = [3, 1] and, some lines below, return [1, 3]."""
    if len(required) != 1:
        return
    pending = None
    for number, line in enumerate(text.split('\n')):
        given = re.fullmatch(r'\s*(\w+)\s*=\s*(.+)', line)
        if given and given.group(1) == required[0]:
            pending = (number, given.group(2))
            continue
        said = re.match(r'\s*(?:=>\s*)?(?:returns?|output|result)\b\s*[:=]*\s*(.+)', line, re.I)
        if said and pending and number - pending[0] <= 6:
            try:
                value, shown, _ = leading_literal(said.group(1))
                yield Example('steps', owner + '(' + argument_literal(pending[1]) + ')', shown, expected=value, shown=shown, call=owner)
            except NoLiteral:
                pass
            pending = None
`;
