// Highstreet: host -> tenant -> release, as a Cloudflare Worker in front of an R2 bucket bound as BUCKET. Written by
// `highstreet edge cloudflare`; write and deploy it anew when shops or domains change.
import {createHash} from 'node:crypto';

@{decide}
const PREFIX = @{prefix};
// The shops' own domains: tenant, and the canonical host where this is another.
const NAMED = @{hosts};
const FRESH = 1000;  // milliseconds that a pointer is taken as it was
const MOST = 2000;   // pointers kept
const kept = new Map();

function place(tenant, path, p) {
    const tree = treeOf(p.trees.ids, createHash('sha256').update(path).digest('hex'));
    return PREFIX + decodeURIComponent(key(tenant, path, tree));
}

// What a pointer says; null where there is none. While the bucket fails, what was read before.
async function pointer(bucket, name) {
    const now = Date.now();
    const before = kept.get(name);
    if (before && now - before.at < FRESH) {
        return before.says;
    }
    let says = null;
    try {
        const object = await bucket.get(PREFIX + name);
        says = object ? JSON.parse(await object.text()) : null;
    } catch (error) {
        if (before) {
            return before.says;
        }
        throw error;
    }
    kept.delete(name);
    kept.set(name, {at: now, says});
    if (kept.size > MOST) {
        kept.delete(kept.keys().next().value);
    }
    return says;
}

function say(status, words, headers) {
    const kind = {'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff'};
    return new Response(words, {status, headers: Object.assign(kind, headers)});
}

function moved(status, where, headers) {
    return new Response(null, {status, headers: Object.assign({'cache-control': 'public, max-age=60', location: where}, headers)});
}

const nothing = (headers) => say(404, 'There is nothing at this address.', headers);

export default {
    async fetch(request, env) {
        try {
            const answer = await answered(request, env.BUCKET);
            return request.method === 'HEAD' ? new Response(null, answer) : answer;
        } catch (error) {
            console.error(String(error));
            const later = {'cache-control': 'no-store', 'retry-after': '5'};
            return say(502, 'The shop cannot be reached for the moment. Please try again.', later);
        }
    },
};

async function answered(request, bucket) {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return say(405, '', {allow: 'GET, HEAD'});
    }
    const url = new URL(request.url);
    const it = who(url.hostname, Object.hasOwn(NAMED, plainHost(url.hostname)) ? NAMED[plainHost(url.hostname)] : '');
    if (it.move) {
        return moved(301, 'https://' + it.move + url.pathname + url.search, {'cache-control': 'public, max-age=300'});
    }
    const p = it.tenant ? await pointer(bucket, it.tenant + '/_hs/' + it.pointer) : null;
    const found = decide({
        path: url.pathname,
        query: url.search.slice(1),
        // Cloudflare puts words of its own in the header, and the visitor's here.
        accepts: request.cf && request.cf.clientAcceptEncoding !== undefined ? request.cf.clientAcceptEncoding : request.headers.get('accept-encoding'),
        preview: it.pointer !== 'current',
        now: new Date(),
    }, p);
    const headers = found.varies ? Object.assign(found.headers, {vary: 'Accept-Encoding'}) : found.headers;
    if (found.do === 'nothing') {
        return nothing(headers);
    }
    if (found.do === 'closed') {
        return say(503, 'This shop is closed for now.', Object.assign({'cache-control': 'no-store', 'retry-after': '3600'}, headers));
    }
    if (found.do !== 'missing') {
        const plain = place(it.tenant, found.file, p);
        const object = found.variant && await object_(bucket, place(it.tenant, found.file + found.variant, p), request, headers);
        const answer = object || await object_(bucket, plain, request, headers);
        if (answer) {
            return answer;
        }
        const index = found.do === 'folder' && await bucket.head(place(it.tenant, found.index, p));
        if (index) {
            const way = leads(index.customMetadata.redirect, index.customMetadata['redirect-temporary']);
            return way ? moved(way[0], way[1], headers) : moved(301, found.to, headers);
        }
    }
    const page = found.missing && await bucket.get(place(it.tenant, found.missing, p));
    return page ? whole(page, 404, headers) : nothing(headers);
}

// The object as it was asked for: a part, or not at all if it is the one the visitor has. null where there is none.
async function object_(bucket, name, request, headers) {
    const match = request.headers.get('if-none-match');
    const options = match ? {onlyIf: new Headers({'if-none-match': match})} : {};
    const range = request.headers.get('range') || '';
    // A part of another state of the page is no part of this one: If-Range gets the whole.
    if (/^bytes=(\d+-\d*|-\d+)$/.test(range) && !request.headers.has('if-range')) {
        options.range = new Headers({range});
    }
    let object;
    try {
        object = await bucket.get(name, options);
    } catch (error) {
        const there = options.range ? await bucket.head(name) : null;
        if (!there) {
            throw error;
        }
        return beyond(there, headers);
    }
    if (!object) {
        return null;
    }
    if (options.range && Number(/=(\d*)/.exec(range)[1]) >= object.size) {
        return beyond(object, headers);  // R2 may give the whole instead of refusing
    }
    const way = leads(object.customMetadata.redirect, object.customMetadata['redirect-temporary']);
    if (way) {
        return moved(way[0], way[1], Object.assign({'cache-control': object.httpMetadata.cacheControl || 'no-cache'}, headers));
    }
    if (!object.body) {
        return new Response(null, {status: 304, headers: Object.assign(described(object), headers)});
    }
    const part = options.range && object.range ? span(object) : null;
    if (part) {
        const more = {'content-range': 'bytes ' + part.offset + '-' + (part.offset + part.length - 1) + '/' + object.size};
        return whole(object, 206, Object.assign(more, headers));
    }
    return whole(object, 200, headers);
}

function beyond(object, headers) {
    return say(416, '', Object.assign({'content-range': 'bytes */' + object.size}, headers));
}

function span(object) {
    const range = object.range;
    if (range.suffix !== undefined) {
        const length = Math.min(range.suffix, object.size);
        return {offset: object.size - length, length};
    }
    const offset = range.offset || 0;
    return {offset, length: range.length === undefined ? object.size - offset : range.length};
}

function described(object) {
    return {etag: object.httpEtag, 'cache-control': object.httpMetadata.cacheControl || 'no-cache', 'x-content-type-options': 'nosniff'};
}

function whole(object, status, headers) {
    const all = Object.assign(described(object), {'content-type': object.httpMetadata.contentType, 'accept-ranges': 'bytes'}, headers);
    const encoded = object.httpMetadata.contentEncoding;
    if (encoded) {
        all['content-encoding'] = encoded;
    }
    if (status === 404) {
        delete all.etag;
    }
    return new Response(object.body, {status, headers: all, encodeBody: encoded ? 'manual' : 'automatic'});
}
