// Highstreet: what the bucket's answers mean. Lambda@Edge, origin response. Written by `highstreet edge cloudfront`.
const {S3Client, GetObjectCommand, HeadObjectCommand} = require('@aws-sdk/client-s3');

const BUCKET = @{bucket};
const s3 = new S3Client({region: @{region}});

function leads(ever, now) {
    return now ? [302, now] : ever ? [301, ever] : null;
}

async function asked(Command, path) {
    if (!path) {
        return null;
    }
    try {
        return await s3.send(new Command({Bucket: BUCKET, Key: decodeURIComponent(path.slice(1))}));
    } catch (error) {
        const status = error.$metadata && error.$metadata.httpStatusCode;
        if (status === 404 || status === 403 || status === 400) {
            return null;
        }
        throw error;
    }
}

function answer(status, headers, body) {
    const all = {};
    for (const [name, value] of Object.entries(headers)) {
        all[name.toLowerCase()] = [{key: name, value}];
    }
    return {status: String(status), headers: all, body: body ? body.toString('base64') : '', bodyEncoding: 'base64'};
}

function text(status, words, headers) {
    return answer(status, {'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', ...headers}, Buffer.from(words));
}

async function page(status, object, headers) {
    const body = Buffer.from(await object.Body.transformToByteArray());
    const kind = {'content-type': object.ContentType, 'cache-control': object.CacheControl || 'no-cache', 'x-content-type-options': 'nosniff', vary: 'Accept-Encoding'};
    if (status === 200) {
        kind.etag = object.ETag;
    }
    return answer(status, {...kind, ...headers}, body);
}

exports.handler = async (event) => {
    const {request, response} = event.Records[0].cf;
    const told = (name) => request.headers[name] ? request.headers[name][0].value : '';
    const has = (name) => response.headers[name] ? response.headers[name][0].value : '';
    const headers = JSON.parse(told('x-hs-headers') || '{}');
    const status = Number(response.status);
    try {
        if (status === 200 || status === 206) {
            const way = leads(has('x-amz-meta-redirect'), has('x-amz-meta-redirect-temporary'));
            if (way) {
                return answer(way[0], {location: way[1], 'cache-control': has('cache-control') || 'no-cache', 'x-content-type-options': 'nosniff', ...headers});
            }
            // What a release holds never changes: CloudFront may keep it for a day, whatever browsers are told.
            const caching = has('cache-control') || 'no-cache';
            if (!/immutable|no-store/.test(caching)) {
                response.headers['cache-control'] = [{key: 'Cache-Control', value: caching + ', s-maxage=86400'}];
            }
            return response;
        }
        if (status === 400 || status === 403 || status === 404) {
            const plain = await asked(GetObjectCommand, told('x-hs-plain'));
            if (plain) {
                return await page(200, plain, headers);
            }
            const index = await asked(HeadObjectCommand, told('x-hs-index'));
            if (index) {
                const meta = index.Metadata || {};
                const [code, where] = leads(meta.redirect, meta['redirect-temporary']) || [301, told('x-hs-to')];
                // Not kept by CloudFront, which does not tell queries apart; the address has the visitor's.
                return answer(code, {location: where, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers});
            }
            const missing = await asked(GetObjectCommand, told('x-hs-missing'));
            return missing ? await page(404, missing, headers) : text(404, 'There is nothing at this address.', headers);
        }
        if (status === 416) {
            return text(416, '', {'content-range': has('content-range'), ...headers});
        }
        if (status < 500) {
            return response;
        }
    } catch (error) {
        console.error(String(error));
    }
    return text(502, 'The shop cannot be reached for the moment. Please try again.', {...headers, 'cache-control': 'no-store', 'retry-after': '5'});
};
