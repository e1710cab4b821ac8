(() => {
'use strict';
const byId = id => document.getElementById(id);
const page = JSON.parse(byId('data').textContent), WORDS = JSON.parse(byId('words').textContent);

/* ---- Elements ---- */

// Controls and bidirectional marks act on what stands around them: they are shown as U+FFFD.
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const clean = value => String(value).replace(ACTING, '\ufffd');

/* Attributes and children; null and false are left out, arrays may be nested. */
function put(node, attrs, ...kids) {
  for (const [name, value] of Object.entries(attrs || {}))
    if (value !== null && value !== false) node.setAttribute(name, clean(value));
  for (const kid of kids.flat(Infinity))
    if (kid !== null && kid !== undefined && kid !== false) node.append(kid instanceof Node ? kid : clean(kid));
  return node;
}

function h(name, attrs, ...kids) {
  const [tag, ...classes] = name.split('.'), node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  return put(node, attrs, kids);
}

const s = (tag, attrs, ...kids) => put(document.createElementNS('http://www.w3.org/2000/svg', tag), attrs, kids);
const refill = (node, ...kids) => { node.replaceChildren(); return put(node, null, kids); };
const code = text => h('code', null, text);
const link = (href, ...kids) => h('a', { href }, kids);
const list = (tag, items) => items.length > 0 && h(tag, null, items.map(item => h('li', null, item)));
const hint = (...kids) => h('p.hint', null, kids);
const badge = ([symbol, tone], words) => h('span.badge.' + tone, null, h('span', { 'aria-hidden': 'true' }, symbol), '\u00a0', words);
const number = n => n.toLocaleString('en');
const plural = (n, word) => `${number(n)} ${word}${n === 1 ? '' : 's'}`;
const spaced = word => word.replace(/[-_]/g, ' ');

/* Text, with its code spans and its placeholders told apart. */
const prose = text => text.split(/`([^`]+)`/).map((part, n) => n % 2 ? code(part) : masks(part));
const masks = text => text.split(/(‹[^›]{1,40}›)/).map((part, n) => n % 2 ? masked(part) : part);

function masked(part) {
  const [kind, length, which] = part.slice(1, -1).split(/[:#]/);
  return h('span.masked', { title: ['masked ' + kind, length && 'length ' + length, which && 'distinct value no. ' + which].filter(Boolean).join(', ') }, part);
}

/* What is folded is built when it is opened first: a page may hold thousands of parts. */
const unbuilt = new WeakMap();
function fold(summary, make, open, name = 'details') {
  const box = h(name, null, h('summary', null, summary));
  unbuilt.set(box, make);
  box.addEventListener('toggle', () => box.open && unfold(box));
  if (open) unfold(box);
  return box;
}
function unfold(box) {
  const make = unbuilt.get(box);
  unbuilt.delete(box);
  box.open = true;
  if (make) put(box, null, make());
}

const say = text => { byId('live').textContent = clean(text); };

/* ---- What belongs to what ---- */

const { cause } = page, rootCause = page.is_explained ? 'root cause' : 'in question', causePlace = cause ? cause.location : '', shows = new Set(cause ? cause.evidence : []);
const anchors = new Map([...page.columns].reverse().map(one => [one.finding.location, one.anchor]));
const calls = new Map(page.calls.map(call => [call.name, call]));
const sequence = Object.values(page.exchanges).map(one => one.exchange)
  .sort((a, b) => (a.at || '').localeCompare(b.at || '') || a.id.localeCompare(b.id)).map(one => one.id);
const fails = call => call.failure_class !== 'none';

const place = name => anchors.has(name) ? link('#' + anchors.get(name), code(name)) : code(name);
const iso = at => Number.isNaN(Date.parse(at)) ? '' : new Date(at).toISOString();
const time = at => iso(at).slice(11, 23).replace('.000', '') || 'no time';
const moment = at => iso(at) ? `${iso(at).slice(0, 10)} ${time(at)} UTC` : 'time not captured';
const lasted = ms => ms === null ? 'duration not captured' : ms < 1000 ? ms + ' ms' : (ms / 1000).toFixed(1) + ' s';

/* ---- 2. Timeline ---- */

const LANE = 24, LEFT = 110, RIGHT = 90, AXIS = 27, SECOND = 1000, DAY = 86400 * SECOND;
const SHOWN = { all: () => true, failed: fails, explained: call => fails(call) && call.explained, open: call => fails(call) && !call.explained };
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000].map(n => n * SECOND);
const view = { lanes: page.calls, call: null };
const attempts = page.calls.flatMap(call => call.attempts), stamps = attempts.filter(one => one.at).map(one => Date.parse(one.at));
const timed = stamps.length > 0, [start, end] = page.window.map(Date.parse), limits = domain();

function kindOf({ status, failed }) {
  if (failed || !status) return 'none';
  if (status === 429) return 'limit';
  return status >= 500 ? 'server' : status >= 400 ? 'client' : status >= 200 && status < 300 ? 'ok' : 'other';
}

const stateOf = call => !fails(call) ? ['conforms', 'good'] : call.explained ? ['explained', 'bad'] : ['unexplained', 'warn'];

function counted() {
  const failed = page.calls.filter(fails).length, known = page.calls.filter(SHOWN.explained).length;
  const told = !failed ? 'no call failed' : `${plural(failed, 'call')} failed, ${!page.is_explained ? 'no root cause found' : `${known === failed ? 'all' : number(known)} explained by the root cause`}`;
  return `${plural(page.calls.length, 'call')}, ${plural(attempts.length, 'attempt')}; ${told}`;
}

function domain() {
  if (!timed) return [0.5, Math.max(1, ...page.calls.map(call => call.attempts.length)) + 0.5];
  const least = stamps.reduce((a, b) => Math.min(a, b)), most = stamps.reduce((a, b) => Math.max(a, b));
  // The window belongs into the picture, unless the attempts would shrink to a dot in it.
  const room = Math.max(3 * (most - least), 60 * SECOND);
  const first = least - start < room ? Math.min(least, start) : least, last = end - most < room ? Math.max(most, end) : most;
  const pad = Math.max((last - first) / 50, SECOND / 2);
  return [first - pad, last + pad];
}

const scale = width => value => LEFT + (value - limits[0]) / (limits[1] - limits[0]) * (width - LEFT - RIGHT);

function ticks(width) {
  const [first, last] = limits, most = Math.max(2, (width - LEFT - RIGHT) / (last - first > DAY ? 90 : 60));
  const step = timed ? STEPS.find(one => (last - first) / one <= most) || STEPS.at(-1) : Math.ceil((last - first) / 12), found = [];
  const part = last - first > DAY ? [5, 16] : step < 60 * SECOND ? [11, 19] : [11, 16];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step)
    found.push([at, timed ? new Date(at).toISOString().slice(...part).replace('T', ' ') : String(at)]);
  return found;
}

function drawAxis(width) {
  const x = scale(width);
  return s('svg', { class: 'axis', width, height: AXIS, 'aria-hidden': 'true' }, s('text', { x: 6, y: 17 }, timed ? 'UTC' : 'attempt'),
    ticks(width).map(([at, label]) => s('text', { x: x(at), y: 17, 'text-anchor': 'middle' }, label)));
}

function drawGrid(width, height) {
  const x = scale(width), from = Math.max(LEFT, start ? x(start) : LEFT), to = Math.min(width - RIGHT, end ? x(end) : width - RIGHT);
  return s('g', { 'aria-hidden': 'true' }, timed && (start || end) && to > from && s('rect', { class: 'window', x: from, width: to - from, height }),
    ticks(width).map(([at]) => s('path', { class: 'rule', d: `M${x(at)} 0V${height}` })));
}

/* Attempts that would hide one another stand side by side. */
function spread(call, width) {
  const x = scale(width), far = width - RIGHT - 6, gap = Math.min(11, (far - LEFT) / call.attempts.length);
  let last = 0;
  const found = call.attempts.map((one, n) => last = Math.max(last + gap, !timed ? x(n + 1) : one.at ? x(Date.parse(one.at)) : LEFT + 6));
  return found.map((at, n) => Math.min(at, far - (found.length - 1 - n) * gap));
}

const attemptWords = (one, n) => `attempt ${n + 1}: ${one.status ? 'status ' + one.status : 'no answer'}${one.failed && one.status ? ', broke off' : ''}, ${moment(one.at)}, ${lasted(one.duration_ms)}`;

function drawLane(call, n, width) {
  const y = n * LANE + LANE / 2, xs = spread(call, width), x = scale(width), [words, tone] = stateOf(call), chosen = call === view.call;
  const mark = (one, i) => {
    const kind = kindOf(one), length = timed && one.at ? Math.min(width - RIGHT, x(Date.parse(one.at) + one.duration_ms)) - xs[i] : 0;
    return s('g', { class: 'mark ' + WORDS.tones[kind], 'data-attempt': i }, s('title', null, attemptWords(one, i)),
      length > 6 && s('path', { class: 'lasted', d: `M${xs[i]} ${y}h${length}` }), s('use', { href: '#m-' + kind, x: xs[i], y }));
  };
  return s('g', { class: chosen ? 'lane chosen' : 'lane', role: 'option', id: 'lane-' + n, 'data-lane': n, 'aria-selected': chosen + '', 'aria-setsize': view.lanes.length, 'aria-posinset': n + 1 },
    s('rect', { class: 'bed', y: n * LANE, width, height: LANE }), s('text', { x: 6, y: y + 4, class: 'name' }, call.name, ' '),
    s('text', { x: width - RIGHT + 6, y: y + 4, class: 'state ' + tone }, words, ' '),
    xs.length > 1 && s('path', { class: 'chain', d: `M${xs[0]} ${y}H${xs.at(-1)}` }), call.attempts.map(mark));
}

/* Only the lanes in view are drawn: a page may hold 2,000. */
function drawLanes(anew) {
  const box = byId('lanes'), width = box.clientWidth, count = view.lanes.length, height = count * LANE;
  const from = Math.max(0, Math.floor(box.scrollTop / LANE) - 4), to = Math.min(count, from + 8 + Math.ceil(box.clientHeight / LANE));
  const key = [from, to, width].join();
  if (!width || (!anew && key === view.key)) return;
  view.key = key;
  refill(box, drawAxis(width), count ? s('svg', { width, height, role: 'presentation' }, drawGrid(width, height), view.lanes.slice(from, to).map((call, n) => drawLane(call, from + n, width)))
    : h('p.hint', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, 'No such call.'));
  box.setAttribute('aria-activedescendant', (box.querySelector('.chosen') || {}).id || '');
}

/* Paper does not scroll: a plain picture, the failed calls first where there are too many. */
function drawPaper() {
  const lanes = page.calls.length > 150 ? [...page.calls].sort((a, b) => fails(b) - fails(a)).slice(0, 150) : page.calls, width = 720, height = lanes.length * LANE;
  refill(byId('paper'), drawAxis(width), s('svg', { width, height }, drawGrid(width, height), lanes.map((call, n) => drawLane(call, n, width))),
    lanes.length < page.calls.length && hint(plural(page.calls.length - 150, 'more call'), ' in the interactive page'));
}

function drawTimeline(root) {
  const box = byId('lanes'), [from, to] = page.window, timeless = attempts.length - stamps.length, used = new Set(attempts.map(kindOf));
  put(byId('counted'), null, counted());
  put(byId('times'), null, !timed ? 'The captures hold no times: the marks stand in the order of the attempts.'
    : [`Times in UTC, ${new Date(limits[0]).toISOString().slice(0, 10)}. `, from || to ? `Shaded: the incident, ${from ? moment(from) : 'start not given'} to ${to ? moment(to) : 'end not given'}. ` : 'No time of the incident is given. ',
      'Marks that would overlap stand side by side. ', timeless > 0 && plural(timeless, 'attempt') + ' without a time at the left edge. '],
  page.left_out.calls > 0 && plural(page.left_out.calls, 'more call') + ' left out of this page.');
  for (const one of root.querySelectorAll('[data-shown]')) {
    put(one, null, ` (${number(page.calls.filter(SHOWN[one.dataset.shown]).length)})`);
    one.addEventListener('click', () => showLanes(one.dataset.shown));
  }
  for (const one of root.querySelectorAll('.legend use')) one.closest('li').hidden = !used.has(one.getAttribute('href').slice(3));
  box.addEventListener('scroll', () => requestAnimationFrame(() => drawLanes()), { passive: true });
  box.addEventListener('keydown', laneKey);
  box.addEventListener('click', event => {
    const lane = event.target.closest('[data-lane]'), mark = event.target.closest('[data-attempt]');
    if (lane) chooseCall(view.lanes[lane.dataset.lane], mark ? Number(mark.dataset.attempt) : 0);
  });
  new ResizeObserver(() => drawLanes(true)).observe(box);
  chooseCall(page.calls.find(SHOWN.explained) || page.calls.find(fails) || page.calls[0], 0, true);
}

function showLanes(key) {
  view.lanes = page.calls.filter(SHOWN[key]);
  for (const one of byId('timeline').querySelectorAll('[data-shown]')) one.setAttribute('aria-pressed', one.dataset.shown === key);
  byId('lanes').scrollTop = 0;
  drawLanes(true);
  say(plural(view.lanes.length, 'call') + ' shown');
}

function chooseCall(call, attempt, quiet) {
  if (!call) return;
  view.call = call;
  if (!view.lanes.includes(call)) showLanes('all');
  const box = byId('lanes'), top = view.lanes.indexOf(call) * LANE;
  box.scrollTop = Math.max(Math.min(box.scrollTop, top), top + LANE + AXIS - box.clientHeight);
  drawLanes(true);
  refill(byId('detail'), callDetail(call, attempt));
  if (!quiet) remember(call.name);
}

function moveCall(by) {
  const at = view.lanes.indexOf(view.call) + by, next = view.lanes[Math.min(view.lanes.length - 1, Math.max(0, at))];
  chooseCall(next, 0);
  if (next) say(`Call ${next.name}, ${stateOf(next)[0]}, ${plural(next.attempts.length, 'attempt')}`);
}

function laneKey(event) {
  const leap = Math.floor(byId('lanes').clientHeight / LANE) - 2;
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: leap, PageUp: -leap, Home: -1e9, End: 1e9, Enter: 0 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  by ? moveCall(by) : byId('detail').focus();
}

function callDetail(call, chosen) {
  const [words, tone] = stateOf(call), most = 50;
  const attempt = (id, n) => {
    const one = call.attempts[n], shown = page.exchanges[id];
    const line = [`Attempt ${n + 1}: `, one && [badge(['●', WORDS.tones[kindOf(one)]], one.status || 'no answer'), ' ', time(one.at)], ' ', code(id)];
    return shown ? fold(line, () => [h('p', null, link('#' + id, 'Open in its own pane')), exchangeParts(shown)], n === chosen) : hint(line, ': left out of this page for its size');
  };
  return [h('h3', null, 'Call ', code(call.name)),
    h('p', null, badge([{ good: '✓', bad: '✗', warn: '?' }[tone], tone], { explained: 'failed, explained by the root cause', unexplained: 'failed, not explained by the root cause' }[words] || words),
      fails(call) && [' ', spaced(call.failure_class), call.location !== 'none' && [' at ', place(call.location)]]),
    h('p', null, prose(call.reason)), call.exchanges.slice(0, most).map(attempt), call.exchanges.length > most && hint('and ', plural(call.exchanges.length - most, 'more attempt'))];
}

/* ---- 3. Exchange ---- */

// Where a place stands in an exchange: in a part of a line, in a header with that name, or in a body.
const SLOTS = [[/^endpoint\.method/, 'method'], [/^endpoint\.(base_url|host)/, 'base'], [/^endpoint/, 'path'], [/^auth/, 'authorization'],
  [/content_type/, 'content-type'], [/^limit\.headers/, 'ratelimit'], [/^retry\.retry_after/, 'retry-after'], [/^(error|retry)\.status/, 'status'], [/^(retry\.)?transport/, 'failure'],
  [/^stream\.done/, 'done'], [/^request/, 'request'], [/^(response|stream|error|billing\.usage)/, 'answer']];
const HEADERS = ['authorization', 'content-type', 'ratelimit', 'retry-after'];
const slotOf = name => (SLOTS.find(([test]) => test.test(name)) || [])[1];

/* A place as steps in a body: `[]` is every item of a list. */
function stepsOf(name) {
  const path = name.replace(/^\w+\./, name.startsWith('error.') ? 'error.' : '').replaceAll('[]', '.[]');
  return path === 'body' || path === 'error.body' ? [] : path.split('.');
}

/* How many of the steps there are in a value. */
function reach(value, [step, ...rest]) {
  if (step === undefined || !value || typeof value !== 'object') return 0;
  if (step === '[]') return Array.isArray(value) && value.length ? 1 + Math.max(...value.map(item => reach(item, rest))) : 0;
  return Object.hasOwn(value, step) ? 1 + reach(value[step], rest) : 0;
}

/* The places in a body: path -> what to say there. What is not there is told where it would be. */
function marksIn(body, names, absent) {
  const marks = new Map();
  for (const name of names) {
    const steps = stepsOf(name);
    let depth = reach(body, steps);
    const whole = depth === steps.length;
    if (!whole && !absent) continue;
    while (!whole && steps[depth - 1] === '[]') depth--;
    const key = steps.slice(0, depth).join('/');
    marks.set(key, [...(marks.get(key) || []), [name, whole ? '' : absent]]);
  }
  return marks;
}

function marked(content, told) {
  return told && told.length ? [h('mark', null, content), told.map(([name, absent]) =>
    [' ', h(name === causePlace ? 'span.tag.main' : 'span.tag', null, name === causePlace ? `${rootCause}: ` : 'in question: ', name, absent && `, ${absent}`)])] : content;
}

const literal = value => typeof value === 'string' ? h('span.string', null, '"', masks(value), '"') : h('span.literal', null, String(value));

function tree(label, value, path, marks) {
  const key = path.join('/'), told = marks.get(key), isList = Array.isArray(value), kids = value && typeof value === 'object' ? Object.entries(value) : null;
  const name = label !== '' && [h('span.key', null, label), ': '];
  if (!kids || !kids.length) return h('div.leaf', null, marked([name, kids ? (isList ? '[ ]' : '{ }') : literal(value)], told));
  const within = [...marks.keys()].some(one => one.startsWith(key));
  const size = isList ? `[ ${plural(kids.length, 'item')} ]` : `{ ${plural(kids.length, 'field')} }`;
  return fold(marked([name, h('span.size', null, size)], told), () => h('div.kids', null, kids.slice(0, 200).map(([inner, one]) => tree(inner, one, [...path, isList ? '[]' : inner], marks)),
    kids.length > 200 && `… ${kids.length - 200} more`), kids.length <= 20 || within, 'details.node');
}

const gap = what => h('p.gap', null, 'not captured: ', what);

function headerTable(part, at, wanted) {
  if (part.hidden.includes('headers')) return gap('headers');
  const rows = part.headers.map(({ name, form }) => h('tr', null,
    h('th', { scope: 'row' }, marked(name, at(...HEADERS.filter(slot => name.includes(slot))))), h('td', null, masks(form))));
  const missing = wanted ? at(wanted) : [];
  if (missing.length) rows.push(h('tr', null, h('th', { scope: 'row' }, marked(wanted, missing)), h('td', null, 'not sent')));
  return fold(plural(part.headers.length, 'header'), () => h('table.headers', null, h('tbody', null, rows)), rows.length < 9 || rows.some(row => row.querySelector('mark')));
}

function bodyOf(part, names, absent) {
  const { body_kind: kind, body } = part;
  if (part.hidden.includes('body') || kind === 'not-visible') return gap('body');
  if (kind === 'empty') return h('p.gap', null, 'empty body');
  if (kind === 'html' || kind === 'text') return h('pre', { tabindex: 0, 'aria-label': `Body (${kind})` }, masks(typeof body === 'string' ? body : `‹${kind}›`));
  const partial = kind === 'partial';
  return h('div.json', null, hint('Body', partial && ': what a log kept of it; other fields may have been on the wire'), tree('', body, [], marksIn(body, names(), partial ? 'not captured' : absent)));
}

function requestSide({ request }, at, named) {
  const [, base, path] = /^(\w+:\/\/[^/]*)?(.*)$/.exec(request.url);
  return h('section.side', { 'aria-label': 'Request' }, h('h4', null, 'Request'),
    h('p', null, h('strong', null, marked(request.method, at('method'))), ' ', marked(masks(base || ''), at('base')), marked(masks(path), at('path')), request.query.map(name => ` ?${name}`)),
    request.hidden.includes('line') && gap('method and URL'), headerTable(request, at, 'authorization'), bodyOf(request, () => named('request'), 'not sent'));
}

function responseSide({ response, failure, failure_text: words }, at, named) {
  const { status, facts, signatures, hidden } = response, failed = status >= 400;
  return h('section.side', { 'aria-label': 'Answer' }, h('h4', null, 'Answer'),
    h('p', null, marked(status ? badge(['●', WORDS.tones[kindOf(response)]], 'status ' + status) : badge(['✕', 'mute'], 'no answer'), at('status', name => /status$/.test(name) || name.endsWith('.' + status)))),
    hidden.includes('status') && gap(status ? "status (told by an exception's class)" : 'status'),
    failure && h('p', null, marked('transport failed: ' + failure, at('failure')), ' ', words && code(masks(words))),
    response.rejects && hint('The answer rejects ', place(response.rejects), response.rejects_as && ' as ' + spaced(response.rejects_as)),
    facts.length > 0 && hint('Found before masking: ', facts.map(fact => WORDS.facts[fact] || spaced(fact)).join('; ')),
    signatures.length > 0 && hint('Words of a gateway: ', signatures.join(', ')),
    headerTable(response, at),
    response.body_kind === 'sse' ? frames(response, at, named) : bodyOf(response, () => named('answer', name => name.startsWith('error.') === failed), 'not there'));
}

function frames({ frames: all, stream_shown: visible }, at, named) {
  if (!visible) return gap('the frames of the stream');
  const seen = name => all.some(frame => frame.kind === 'data' && reach(frame.data, stepsOf(name)) === stepsOf(name).length);
  const names = named('answer', seen), unmet = at('answer', name => !name.startsWith('error.')), done = at('done'), ended = all.some(frame => frame.kind === 'done');
  const frame = ({ kind, event, data, count }, n) => {
    const more = [count > 1 && ` ×${count}`, event && event !== 'message' && ` event: ${event}`];
    if (kind !== 'data') return marked([WORDS.frames[kind], more], kind === 'done' ? done : []);
    const marks = marksIn(data, names, ''), brief = JSON.stringify(data);
    return fold(['data', more, ' ', h('span.size', null, brief.length > 90 ? brief.slice(0, 88) + '…' : brief)], () => tree('', data, [], marks), n === 0 || marks.size > 0);
  };
  return h('div.json', null, hint('Stream, ', plural(all.reduce((sum, one) => sum + one.count, 0), 'frame')), h('ol', null, all.map((one, n) => h('li', null, frame(one, n)))),
    !ended && h('p', null, marked('the stream ends without [DONE]', done)), unmet.length > 0 && h('p', null, marked('in no frame', unmet)));
}

/* The two sides; a place that is shown where it stands is taken out of those that are left. */
function exchangeParts({ exchange, places }) {
  const left = new Set(places);
  const named = (slot, test = () => true) => places.filter(name => slotOf(name) === slot && left.has(name) && test(name) && left.delete(name));
  const at = (...slots) => {
    const test = typeof slots.at(-1) === 'function' ? slots.pop() : undefined;
    return slots.flatMap(slot => named(slot, test)).map(name => [name, '']);
  };
  return [h('div.sides', null, requestSide(exchange, at, named), responseSide(exchange, at, named)),
    left.size > 0 && hint('In question, and not to be seen in this exchange alone: ', [...left].map(name => [place(name), ' ']))];
}

let current = sequence.find(id => shows.has(id)) || sequence[0];

function exchangeWords(id) {
  const { exchange } = page.exchanges[id], call = calls.get(exchange.group);
  return `${id}: ${exchange.failure || exchange.response.status || 'no answer'}, attempt ${exchange.attempt}${call ? ` of ${call.attempts.length}` : ''}${shows.has(id) ? `, ${rootCause}` : ''}`;
}

function drawExchange() {
  const pick = byId('pick'), out = page.left_out.exchanges;
  put(byId('kept'), null, plural(sequence.length, 'exchange'), out > 0 && `, ${number(out)} more left out for their size`);
  put(pick, null, sequence.map(id => h('option', { value: id }, exchangeWords(id))));
  pick.addEventListener('change', () => chooseExchange(pick.value));
  byId('previous').addEventListener('click', () => moveExchange(-1));
  byId('next').addEventListener('click', () => moveExchange(1));
  if (current) chooseExchange(current, true);
}

function chooseExchange(id, quiet) {
  const { exchange } = page.exchanges[id], call = calls.get(exchange.group);
  current = byId('pick').value = id;
  refill(byId('chosen'), h('h3', null, 'Exchange ', code(id)),
    h('p', null, `${moment(exchange.at)}, ${lasted(exchange.duration_ms)}, attempt ${exchange.attempt}`, call && [` of ${call.attempts.length} of call `, link('#' + call.name, code(call.name))],
      shows.has(id) && [' ', badge(['◆', 'bad'], page.is_explained ? 'shows the root cause' : 'in question')]),
    exchangeParts(page.exchanges[id]));
  if (quiet) return;
  remember(id);
  say('Exchange ' + exchangeWords(id));
}

function moveExchange(by) {
  const next = sequence[sequence.indexOf(current) + by];
  next ? chooseExchange(next) : say(by > 0 ? 'That was the last exchange' : 'That was the first exchange');
}

/* ---- What the template has drawn ---- */

function drawAnswer() {
  refill(document.querySelector('#ways a'), counted());
  byId('ways').hidden = false;
}

function drawColumns(root) {
  root.querySelector('.bar').hidden = false;
  byId('filter').addEventListener('input', filterColumns);
}

function filterColumns() {
  const text = byId('filter').value.trim().toLowerCase(), rows = [...document.querySelectorAll('.findings tbody tr')];
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(text);
    if (text && !row.hidden) openAround(row);
  }
  byId('filtered').textContent = text && `${rows.filter(row => !row.hidden).length} of ${rows.length}`;
}

function openAround(node) {
  const box = node.closest('details');
  if (box) box.open = true;
}

function drawLab(root) {
  const only = byId('only');
  if (!only) return;
  only.hidden = false;
  only.addEventListener('change', event => {
    for (const row of root.querySelectorAll('tbody tr')) row.hidden = event.target.checked && !row.querySelector('.hung, .truncated, .wrong, .could-not-check');
  });
}

function drawDocument(root) {
  const inner = root.querySelector('.prose'), heads = [...inner.querySelectorAll('h2')];
  heads.forEach((head, n) => { head.id = 'd-' + n; });
  inner.before(h('nav.toc', { 'aria-label': 'In this document' }, list('ul', heads.map(head => link('#' + head.id, head.textContent)))));
  inner.querySelectorAll('table').forEach((grid, n) => {
    const box = h('div.scroll', { tabindex: 0, role: 'group', 'aria-label': 'Table ' + (n + 1) });
    grid.replaceWith(box);
    box.append(grid);
  });
}

/* ---- Tabs and addresses ---- */

const DRAW = { answer: drawAnswer, timeline: drawTimeline, exchange: drawExchange, columns: drawColumns, lab: drawLab, document: drawDocument };
const PANES = ['answer', 'timeline', 'exchange', 'columns', 'proof', 'lab', 'checklist', 'document'], undrawn = new Set(PANES);
let active = '';

// An address without a jump; a page in a sandboxed frame has none.
function remember(id) {
  try { history.replaceState(null, '', '#' + id); } catch { /* nothing to remember it in */ }
}

const draw = name => undrawn.delete(name) && DRAW[name] && DRAW[name](byId(name));

function show(name) {
  active = name;
  for (const one of PANES) {
    const tab = byId('tab-' + one), on = one === name;
    byId(one).hidden = !on;
    put(tab, { 'aria-selected': on + '', tabindex: on ? 0 : -1 });
    if (on) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  draw(name);
  if (byId('tabs').getBoundingClientRect().top <= 0) scrollTo(0, document.querySelector('.top').offsetHeight);
}

function choosePane(name) {
  show(name);
  remember(name);
}

function goFinding(column) {
  show('columns');
  byId('filter').value = '';
  filterColumns();
  const row = byId(column.anchor);
  openAround(row);
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  say(`${column.finding.location}: ${column.words}`);
}

function route() {
  const id = location.hash.slice(1), column = page.columns.find(one => one.anchor === id);
  if (column) goFinding(column);
  else if (Object.hasOwn(page.exchanges, id)) { show('exchange'); chooseExchange(id); }
  else if (calls.has(id)) { show('timeline'); chooseCall(calls.get(id), 0); }
  else if (/^d-\d+$/.test(id)) { show('document'); if (byId(id)) byId(id).scrollIntoView(); }
  else if (PANES.includes(id)) show(id);
  else if (!active) show('answer');
}

function tabKey(event) {
  const at = PANES.indexOf(active), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choosePane(PANES.at(to % PANES.length));
  byId('tab-' + active).focus();
}

function startTabs() {
  for (const name of PANES) {
    put(byId(name), { role: 'tabpanel', 'aria-labelledby': 'tab-' + name, tabindex: 0 });
    byId('tab-' + name).addEventListener('click', () => choosePane(name));
  }
  byId('tabs').addEventListener('keydown', tabKey);
  byId('tabs').hidden = byId('tools').hidden = false;
}

/* ---- Search, keys, print ---- */

let index = null;
function indexed() {
  const one = (id, label, text) => ({ id, label, text: (label + text).toLowerCase() });
  return index = index || [
    ...page.columns.map(({ anchor, finding, words }) => one(anchor, `${finding.location}: ${words}`, [finding.assumed, finding.documented, finding.observed, finding.reason].join())),
    ...page.calls.map(call => one(call.name, `Call ${call.name}: ${stateOf(call)[0]}`, [call.failure_class, call.location, ...call.attempts.map(each => each.status)].join())),
    ...sequence.map(id => one(id, 'Exchange ' + exchangeWords(id), JSON.stringify(page.exchanges[id].exchange)))];
}

function search() {
  const text = byId('search').value.trim().toLowerCase(), hits = text ? indexed().filter(one => one.text.includes(text)) : [], told = plural(hits.length, 'hit');
  byId('found').hidden = !text;
  refill(byId('found'), hint(told, hits.length > 20 && ', the first 20'), list('ul', hits.slice(0, 20).map(hit => link('#' + hit.id, hit.label))));
  if (text) say(told);
}

function startSearch() {
  const input = byId('search'), found = byId('found');
  input.addEventListener('input', search);
  input.addEventListener('focus', search);
  byId('tools').addEventListener('keydown', event => {
    const first = found.querySelector('a');
    if (event.key === 'Enter' && event.target === input && first) first.click();
    if (event.key === 'Escape') { found.hidden = true; input.focus(); input.value = ''; }
  });
  document.addEventListener('click', event => {
    const to = event.target.closest('a[href^="#"]');
    if (to && to.hash === location.hash) route();
    if (to || !event.target.closest('#tools')) found.hidden = true;
  });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open || event.target.closest('input, select')) return;
  const by = { j: 1, k: -1 }[event.key];
  if (event.key === '/') { event.preventDefault(); byId('search').focus(); }
  else if (event.key === '?') byId('help').showModal();
  else if (PANES[event.key - 1]) choosePane(PANES[event.key - 1]);
  else if (by && active === 'timeline') moveCall(by);
  else if (by) { if (active !== 'exchange') choosePane('exchange'); moveExchange(by); }
}

let opened = [];
function beforePrint() {
  PANES.forEach(draw);
  drawPaper();
  for (let shut; (shut = [...document.querySelectorAll('.pane details:not([open])')]).length;) {
    shut.forEach(unfold);
    opened.push(...shut);
  }
}
function afterPrint() {
  for (const box of opened) box.open = false;
  opened = [];
  refill(byId('paper'));
}

document.documentElement.classList.add('js');
startTabs();
startSearch();
route();
addEventListener('hashchange', route);
addEventListener('beforeprint', beforePrint);
addEventListener('afterprint', afterPrint);
matchMedia('print').addEventListener('change', event => event.matches ? beforePrint() : afterPrint());
document.addEventListener('keydown', onKey);
byId('ask').addEventListener('click', () => byId('help').showModal());
})();
