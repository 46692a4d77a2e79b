// Runs a Worker as Cloudflare does, with a bucket whose objects come from an S3 server over HTTP.
// node workerd.mjs <worker.mjs> <S3 address of the bucket> <port>
import http from 'node:http';
import {pathToFileURL} from 'node:url';

const [script, origin, port] = process.argv.slice(2);
const worker = (await import(pathToFileURL(script))).default;

class Bucket {
    async ask(name, method, headers) {
        const address = origin + '/' + encodeURIComponent(name).replace(/%2F/g, '/');
        const answer = await fetch(address, {method, headers: {'accept-encoding': 'identity', ...headers}, redirect: 'manual'});
        const raw = Buffer.from(await answer.arrayBuffer());
        return {answer, raw};
    }

    described(answer, size) {
        const meta = {};
        for (const [name, value] of answer.headers) {
            if (name.startsWith('x-amz-meta-')) {
                meta[name.slice('x-amz-meta-'.length)] = value;
            }
        }
        const told = (name) => answer.headers.get(name) || undefined;
        return {
            size, httpEtag: told('etag'), customMetadata: meta,
            httpMetadata: {contentType: told('content-type'), cacheControl: told('cache-control'), contentEncoding: told('content-encoding')},
        };
    }

    async head(name) {
        const {answer} = await this.ask(name, 'HEAD', {});
        if (answer.status >= 500) {
            throw new Error('R2 fails');
        }
        return answer.status === 200 ? this.described(answer, Number(answer.headers.get('content-length'))) : null;
    }

    async get(name, options = {}) {
        const range = options.range && options.range.get('range');
        const match = options.onlyIf && options.onlyIf.get('if-none-match');
        const found = await this.head(name);
        if (!found) {
            return null;
        }
        const tags = match ? match.split(',').map((tag) => tag.trim().replace(/^W\//, '')) : [];
        if (tags.includes('*') || tags.includes(found.httpEtag)) {
            return found;  // without a body
        }
        // Node undoes compression on its own; the bytes come as they are stored.
        const raw = await new Promise((done, failed) => {
            const address = origin + '/' + encodeURIComponent(name).replace(/%2F/g, '/');
            http.get(address, (answer) => {
                const parts = [];
                answer.on('data', (part) => parts.push(part)).on('end', () => done(Buffer.concat(parts)));
            }).on('error', failed);
        });
        let [from, to] = [0, raw.length - 1];
        if (range) {
            const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range);
            from = first ? Number(first) : Math.max(0, raw.length - Number(last));
            to = first && last ? Math.min(Number(last), raw.length - 1) : raw.length - 1;
            if (from >= raw.length) {
                [from, to] = [0, raw.length - 1];  // as Cloudflare's own simulator does
            }
            found.range = {offset: from, length: to - from + 1};
        }
        const bytes = raw.subarray(from, to + 1);
        return {...found, body: bytes, text: async () => bytes.toString()};
    }
}

http.createServer(async (asked, sent) => {
    const headers = new Headers();
    for (let i = 0; i < asked.rawHeaders.length; i += 2) {
        if (asked.rawHeaders[i].toLowerCase() !== 'host') {
            headers.append(asked.rawHeaders[i], asked.rawHeaders[i + 1]);
        }
    }
    let request;
    try {
        const cf = {clientAcceptEncoding: headers.get('accept-encoding') ?? ''};
        headers.set('accept-encoding', 'gzip, br');  // whatever the visitor accepts
        request = Object.assign(new Request('http://' + asked.headers.host + asked.url, {method: asked.method, headers}), {cf});
    } catch (error) {
        sent.writeHead(404, {'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff'}).end();
        return;
    }
    const answer = await worker.fetch(request, {BUCKET: new Bucket()}, {});
    sent.sendDate = false;
    sent.writeHead(answer.status, Object.fromEntries(answer.headers));
    sent.end(asked.method === 'HEAD' ? undefined : Buffer.from(await answer.arrayBuffer()));
}).listen(Number(port), '127.0.0.1');
