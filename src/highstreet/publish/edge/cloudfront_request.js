// Highstreet: host -> tenant -> release, for viewer requests. Written by `highstreet edge cloudfront`.
@{read}
const PREFIX = '@{prefix}';
const TOLD = ['x-hs-plain', 'x-hs-index', 'x-hs-to', 'x-hs-missing', 'x-hs-headers'];

// As treeOf(), of the rows that a pointer's value names.
async function tree(p, path, rows) {
    const digest = crypto.createHash('sha256').update(path).digest('hex');
    const digits = digest.slice(0, 8);
    const before = (p.trees.apart || []).filter(function (first) { return first <= digits; });
    if (before.length) {
        const apart = await row(p.trees.at + 'apart' + (before.length - 1), rows);
        const found = apart.filter(function (one) { return one.slice(0, 8) === digits; });
        if (found.length) {
            return found[0].slice(8);
        }
    }
    if (p.trees.shards === 1) {
        return p.trees.ids[''];
    }
    const shard = parseInt(digest.slice(0, 2), 16) % p.trees.shards;
    const ids = await row(p.trees.at + Math.floor(shard / 32), rows);
    return ids[shard % 32];
}

async function row(name, rows) {
    if (!rows[name]) {
        const text = await got(name);
        rows[name] = text.split(' ');
    }
    return rows[name];
}

async function place(it, p, path, rows) {
    const id = await tree(p, path, rows);
    return '/' + PREFIX + key(it.tenant, path, id);
}

function query(parts) {
    const found = [];
    Object.keys(parts).forEach(function (name) {
        (parts[name].multiValue || [parts[name]]).forEach(function (one) {
            found.push(one.value === '' ? name : name + '=' + one.value);
        });
    });
    return found.join('&');
}

function say(statusCode, words, caching, headers, more) {
    const all = {'content-type': {value: 'text/plain; charset=utf-8'}, 'cache-control': {value: caching}, 'x-content-type-options': {value: 'nosniff'}};
    [headers, more || {}].forEach(function (some) {
        Object.keys(some).forEach(function (name) {
            all[name] = {value: some[name]};
        });
    });
    return {statusCode, headers: all, body: {encoding: 'text', data: words}};
}

async function handler(event) {
    const request = event.request;
    TOLD.forEach(function (name) {
        delete request.headers[name];
    });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return say(405, '', 'no-cache', {}, {allow: 'GET, HEAD'});
    }
    const known = await read(request.headers.host ? request.headers.host.value : '');
    const it = known.it;
    const p = known.p;
    const asked = {
        path: request.uri,
        query: query(request.querystring),
        accepts: request.headers['accept-encoding'] ? request.headers['accept-encoding'].value : '',
        preview: it.pointer !== 'current',
        now: new Date(),
    };
    if (it.move) {
        const to = 'https://' + it.move + asked.path + (asked.query ? '?' + asked.query : '');
        return say(301, '', 'public, max-age=300', {}, {location: to});
    }
    const found = decide(asked, p);
    if (found.do === 'nothing') {
        return say(404, 'There is nothing at this address.', 'no-cache', found.headers);
    }
    if (found.do === 'closed') {
        return say(503, 'This shop is closed for now.', 'no-store', found.headers, {'retry-after': '3600'});
    }
    const rows = {};
    const tell = {'x-hs-headers': JSON.stringify(found.headers)};
    if (found.missing) {
        tell['x-hs-missing'] = await place(it, p, found.missing, rows);
    }
    if (found.do === 'missing') {
        request.uri = '/' + PREFIX + key(it.tenant, 'none', 'none');
    } else {
        const plain = await place(it, p, found.file, rows);
        request.uri = found.variant ? await place(it, p, found.file + found.variant, rows) : plain;
        if (found.variant) {
            tell['x-hs-plain'] = plain;
        }
        if (found.do === 'folder') {
            tell['x-hs-index'] = await place(it, p, found.index, rows);
            tell['x-hs-to'] = found.to;
        }
    }
    Object.keys(tell).forEach(function (name) {
        request.headers[name] = {value: tell[name]};
    });
    // A part of another state of the page is no part of this one: If-Range gets the whole.
    if (request.headers['if-range']) {
        delete request.headers.range;
        delete request.headers['if-range'];
    }
    // Times say nothing: a rollback makes a page older.
    delete request.headers['if-modified-since'];
    delete request.headers['if-unmodified-since'];
    request.querystring = {};
    return request;
}
