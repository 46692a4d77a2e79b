// What an edge decides, of a host name, an address and a pointer: the same text runs in nginx (njs 0.7.9 is the least
// able of all), in CloudFront Functions and in Cloudflare Workers. It asks nothing and answers nobody; each of them adds that.

const OWN = /^(?:([a-z0-9-]+)--)?(@{handle})\.@{base_domain}$/;
const TEXT = /\.(?:@{text})$/i;
const ASSET = /^@{asset}$/;
// Empty parts, "." and "..", what is none of an address, and separators in disguise.
const UNFIT = /(?:^|\/)\.{0,2}\/|(?:^|\/)\.{1,2}$|[\\\x00-\x1f\x7f]/;
const DISGUISED = /%(?:2f|5c)/i;
const UNSAID = /@{unsaid}/;

// The tenant of a host name, which of its pointers is meant, and the host its visitors are sent to. `named` is
// "<tenant> <canonical host, or nothing>" where this is a shop's own domain, else "".
function who(host, named) {
    if (named) {
        const parts = named.split(' ');
        return {tenant: parts[0], pointer: 'current', move: parts[1] || ''};
    }
    const own = OWN.exec(plainHost(host));
    if (!own) {
        return {tenant: '', pointer: '', move: ''};
    }
    return {tenant: own[2], pointer: own[1] ? 'previews/' + own[1] : 'current', move: ''};
}

function plainHost(host) {
    return host.toLowerCase().replace(/:[0-9]*$/, '').replace(/\.$/, '');
}

// What is to be done about `asked` {path, query: as they were sent; accepts: Accept-Encoding; preview: bool; now: Date}
// when the pointer is `p`:
// do       nothing | closed | missing | serve | folder (serve, or send to the address with a slash if that is a page)
// headers  of every answer
// varies   whether the answer depends on Accept-Encoding
// file, variant (".br", ".gz", ""), index (the folder's page), missing (the page for what is not there, or ""), to
function decide(asked, p) {
    const found = {do: 'nothing', headers: {}, varies: false, file: '', variant: '', index: '', missing: '', to: ''};
    if (!p || !p.trees || p.status === 'gone') {
        return found;
    }
    const given = p.headers || {};
    Object.keys(given).forEach(function (name) {
        if (/^[a-z0-9-]+$/.test(name) && !UNSAID.test(name) && /^[\x20-\x7e]*$/.test(given[name])) {
            found.headers[name] = given[name];
        }
    });
    if (asked.preview) {
        found.headers['x-robots-tag'] = 'noindex, nofollow';
        if (String(p.expires).slice(0, 19) <= asked.now.toISOString().slice(0, 19)) {  // both in UTC
            return found;
        }
    }
    if (p.status !== 'live') {
        found.do = 'closed';
        return found;
    }
    const path = plain(asked.path);
    const last = path.slice(path.lastIndexOf('/') + 1);
    const fit = asked.path.charAt(0) === '/' && !UNFIT.test(path) && !DISGUISED.test(asked.path) && path.length <= 900;
    (p.not_found || []).forEach(function (page) {
        if (page.length > found.missing.length && path.indexOf(page.slice(0, -8)) === 0) {  // all but "404.html"
            found.missing = page;
        }
    });
    if (!fit) {
        found.do = 'missing';
        found.varies = true;
        return found;
    }
    found.file = last ? path : path + 'index.html';
    found.do = last && last.indexOf('.') < 0 ? 'folder' : 'serve';
    found.index = path + '/index.html';
    found.to = asked.path + '/' + (asked.query ? '?' + asked.query : '');
    if (TEXT.test(found.file)) {
        found.varies = true;
        const made = (ASSET.test(found.file) ? p.asset_encodings : p.encodings) || [];
        if (made.indexOf('br') >= 0 && accepts(asked.accepts, 'br')) {
            found.variant = '.br';
        } else if (made.indexOf('gz') >= 0 && accepts(asked.accepts, '(?:x-)?gzip')) {
            found.variant = '.gz';
        }
    }
    return found;
}

// An address's path without its first slash and escapes; ".." where it is none, which no file has.
function plain(path) {
    try {
        return decodeURIComponent(path).slice(1);
    } catch (error) {
        return '..';
    }
}

function accepts(header, coding) {
    const asked = '(?:^|,)[ \\t]*' + coding + '[ \\t]*(?:;[ \\t]*q=(?:1|0\\.[0-9]*[1-9])[0-9.]*[ \\t]*)?(?:,|$)';
    return new RegExp(asked, 'i').test(header || '');
}

// The tree that has a path, whose SHA-256 this is: of the names that it begins with, the longest tells.
function treeOf(ids, digest) {
    return ids[digest.slice(0, 8)] || ids[digest.slice(0, 2)] || ids[''];
}

// Where the object of a path lies in the store, escaped; `tree` is the id of the tree that has the path.
function key(tenant, path, tree) {
    const place = ASSET.test(path) ? path : 't/' + (/^[a-z0-9]+$/.test(tree) ? tree : '') + '/' + path;
    return encodeURIComponent(tenant + '/' + place).replace(/%2F/g, '/');
}

// Where an object says that its address has moved: [status, address].
function leads(ever, now) {
    return now ? [302, now] : ever ? [301, ever] : null;
}
