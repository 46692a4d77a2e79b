// Runs what `highstreet edge cloudfront` writes as CloudFront does: viewer request, cache, bucket, origin response, viewer
// response. The bucket is an S3 server's, the key-value store a JSON file.
// node cloudfrontd.mjs <folder with the scripts> <S3 address of the bucket> <port>
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';

const [folder, origin, port] = process.argv.slice(2);
process.env.HS_BUCKET = origin;
const cf = {
    kvs: () => ({
        get: async (name) => {
            const values = JSON.parse(fs.readFileSync(folder + '/values.json', 'utf8'));
            if (!(name in values)) {
                throw new Error('KeyNotFound');
            }
            return values[name];
        },
    }),
};

function made(name) {
    const text = fs.readFileSync(folder + '/' + name, 'utf8').replace(/^import .*$/gm, '');
    return new Function('cf', 'crypto', text + '\nreturn handler;')(cf, crypto);
}

const onRequest = made('viewer-request.js');
const onResponse = made('viewer-response.js');
const lambda = createRequire(folder + '/')('./origin-response.js').handler;
const cache = new Map();

function ask(path, method, headers) {
    return new Promise((done, failed) => {
        const asked = http.request(origin + path, {method, headers}, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part)).on('end', () => done({status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts)}));
        });
        asked.on('error', failed).end();
    });
}

// {status, headers: {name: value}, body} of the bucket, after the Lambda.
async function fetched(request, method) {
    const sent = {};
    for (const name of ['range', 'if-none-match']) {
        if (request.headers[name]) {
            sent[name] = request.headers[name].value.replace(/W\//g, '');
        }
    }
    const before = cache.get(request.uri);
    if (before && Date.now() < before.until && !Object.keys(sent).length && method === 'GET') {
        return before.answer;
    }
    const got = await ask(request.uri, method, sent).catch(() => ({status: 502, headers: {}, body: Buffer.alloc(0)}));
    const lists = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [{key: name, value: value.value ?? String(value)}]]));
    const response = {status: String(got.status), statusDescription: '', headers: lists(got.headers)};
    const told = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('x-hs-')));
    const gave = await lambda({Records: [{cf: {request: {uri: request.uri, method, headers: lists(told), querystring: ''}, response}}]});
    const headers = {};
    for (const [name, list] of Object.entries(gave.headers)) {
        headers[name] = list[0].value;
    }
    const body = gave.body === undefined ? got.body : Buffer.from(gave.body, gave.bodyEncoding === 'base64' ? 'base64' : 'utf8');
    const answer = {status: Number(gave.status), headers, body};
    const age = /no-store/.test(headers['cache-control']) ? 0 : Number((/s-maxage=(\d+)/.exec(headers['cache-control']) || /max-age=(\d+)/.exec(headers['cache-control']) || [0, 0])[1]);
    if (answer.status !== 206 && answer.status !== 304 && method === 'GET' && !Object.keys(sent).length) {
        cache.set(request.uri, {until: Date.now() + 1000 * (answer.status >= 400 ? 1 : age), answer});
    }
    return answer;
}

function parsed(query) {
    const found = {};
    for (const part of query ? query.split('&') : []) {
        const at = part.indexOf('=');
        const name = at < 0 ? part : part.slice(0, at);
        const one = {value: at < 0 ? '' : part.slice(at + 1)};
        if (found[name]) {
            found[name].multiValue = [...(found[name].multiValue || [{value: found[name].value}]), one];
        } else {
            found[name] = one;
        }
    }
    return found;
}

function valued(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, {value: String(value)}]));
}

http.createServer(async (asked, sent) => {
    const mark = asked.url.indexOf('?');
    const uri = mark < 0 ? asked.url : asked.url.slice(0, mark);
    const request = {method: asked.method, uri, querystring: parsed(mark < 0 ? '' : asked.url.slice(mark + 1)), headers: valued(asked.headers), cookies: {}};
    let status, headers, body;
    try {
        const gave = await onRequest({version: '1.0', request});
        if (gave.statusCode) {
            status = gave.statusCode;
            headers = Object.fromEntries(Object.entries(gave.headers).map(([name, one]) => [name, one.value]));
            body = Buffer.from(gave.body.data);
        } else {
            const answer = await fetched(gave, asked.method);
            let response = {statusCode: answer.status, headers: valued(answer.headers), cookies: {}};
            if (answer.status < 400) {  // as CloudFront does
                response = await onResponse({version: '1.0', request: {...gave, headers: {host: gave.headers.host}}, response});
            }
            status = answer.status;
            headers = Object.fromEntries(Object.entries(response.headers).map(([name, one]) => [name, one.value]));
            body = answer.body;
        }
    } catch (error) {
        console.error(error);
        sent.writeHead(503, {'x-function-error': String(error)}).end();
        return;
    }
    for (const name of ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']) {
        delete headers[name];
    }
    sent.sendDate = false;
    sent.writeHead(status, headers);
    sent.end(asked.method === 'HEAD' || status === 304 ? undefined : body);
}).listen(Number(port), '127.0.0.1');
