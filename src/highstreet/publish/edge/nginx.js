// Highstreet: host -> tenant -> release, for nginx's njs module. Written by `highstreet edge nginx`, as highstreet.conf is.

@{decide}
const PASSED = ['content-type', 'content-length', 'content-encoding', 'content-range', 'cache-control', 'etag', 'accept-ranges', 'location', 'vary', 'retry-after', 'allow'];
const crypto = require('crypto');

function place(tenant, path, p) {
    return key(tenant, path, treeOf(p.trees.ids, crypto.createHash('sha256').update(path).digest('hex')));
}

// Every request begins here: decides, and hands over to a location that answers.
async function answer(r) {
    if (r.method !== 'GET' && r.method !== 'HEAD') {
        r.headersOut.Allow = 'GET, HEAD';
        return say(r, 405, '', 'no-cache');
    }
    const it = who(r.variables.host, r.variables.hs_named);
    if (it.move) {
        return send(r, 301, 'https://' + it.move + r.variables.request_uri, 'public, max-age=300');
    }
    if (!it.tenant) {
        return nothing(r);
    }
    r.variables.hs_ask = it.tenant + '/_hs/' + it.pointer;
    const got = await r.subrequest('/_hs/pointer');
    if (got.status === 403 || got.status === 404) {
        return nothing(r);
    }
    let p = null;
    try {
        p = got.status === 200 ? JSON.parse(got.responseText) : null;
    } catch (error) {
        r.error('the pointer of ' + it.tenant + ' is no JSON');
    }
    if (!p) {
        return down(r);
    }
    const uri = r.variables.request_uri;
    const mark = uri.indexOf('?');
    const asked = {
        path: mark < 0 ? uri : uri.slice(0, mark),
        query: mark < 0 ? '' : uri.slice(mark + 1),
        accepts: r.headersIn['Accept-Encoding'],
        preview: it.pointer !== 'current',
        now: new Date(),
    };
    const found = decide(asked, p);
    r.variables.hs_headers = JSON.stringify(found.headers);
    r.variables.hs_vary = found.varies ? '1' : '';
    if (found.do === 'nothing') {
        return nothing(r);
    }
    if (found.do === 'closed') {
        return closed(r);
    }
    // Never empty: below a bucket's own address stores list what is there.
    r.variables.hs_missing = place(it.tenant, found.missing || 'none', p);
    if (found.do === 'missing') {
        return r.return(404);  // without a body: goes where error_page says
    }
    r.variables.hs_plain = place(it.tenant, found.file, p);
    r.variables.hs_key = place(it.tenant, found.file + found.variant, p);
    // Looked at first is what may be an address that has moved. The look fetches it into the cache, where it is found next.
    const look = found.do === 'folder' ? place(it.tenant, found.index, p) : /\.html?$/i.test(found.file) ? r.variables.hs_key : '';
    if (look) {
        r.variables.hs_ask = look;
        const page = await r.subrequest('/_hs/look', {method: 'HEAD'});
        const moved = leads(page.headersOut['X-Amz-Meta-Redirect'], page.headersOut['X-Amz-Meta-Redirect-Temporary']);
        if (page.status === 200 && moved) {
            return send(r, moved[0], moved[1], page.headersOut['Cache-Control'] || 'no-cache');
        }
        if (page.status === 200 && found.do === 'folder') {
            return send(r, 301, found.to, 'public, max-age=60');
        }
        if (page.status === 404 && found.do === 'serve' && !found.variant) {
            return r.return(404);
        }
    }
    r.internalRedirect('@hs_object');
}

// Every answer, the store's too, goes out with the release's headers and none but those that tell of the answer.
function dress(r) {
    for (const name in r.headersOut) {
        if (PASSED.indexOf(name.toLowerCase()) < 0) {
            delete r.headersOut[name];
        }
    }
    if (r.status === 404) {
        delete r.headersOut.ETag;
    }
    r.headersOut['X-Content-Type-Options'] = 'nosniff';
    const headers = JSON.parse(r.variables.hs_headers || '{}');
    for (const name in headers) {
        r.headersOut[name] = headers[name];
    }
    if (r.variables.hs_vary) {
        r.headersOut.Vary = 'Accept-Encoding';
    }
}

function send(r, status, where, caching) {
    r.headersOut['Cache-Control'] = caching;
    r.return(status, where);
}

function say(r, status, words, caching) {
    r.headersOut['Content-Type'] = 'text/plain; charset=utf-8';
    r.headersOut['Cache-Control'] = caching;
    r.return(status, words);
}

function nothing(r) {
    say(r, 404, 'There is nothing at this address.', 'no-cache');
}

function closed(r) {
    r.headersOut['Retry-After'] = '3600';
    say(r, 503, 'This shop is closed for now.', 'no-store');
}

function down(r) {
    r.headersOut['Retry-After'] = '5';
    say(r, 502, 'The shop cannot be reached for the moment. Please try again.', 'no-store');
}

export default {answer, dress, nothing, down};
