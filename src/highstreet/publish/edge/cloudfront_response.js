// Highstreet: the release's headers on what CloudFront answers. Written by `highstreet edge cloudfront`.
@{read}
const TOLD = /^(?:x-amz-(?:meta-|server-side|version|id-2|request-id|storage|expiration|replication|delete).*|server|last-modified|x-hs-.*)$/;

async function handler(event) {
    const response = event.response;
    const known = await read(event.request.headers.host ? event.request.headers.host.value : '');
    Object.keys(response.headers).forEach(function (name) {
        if (TOLD.test(name)) {
            delete response.headers[name];
        }
    });
    const caching = response.headers['cache-control'];
    if (caching) {
        caching.value = caching.value.replace(/, s-maxage=\d+/, '');
    }
    response.headers['x-content-type-options'] = {value: 'nosniff'};
    const headers = decide({path: '/', preview: known.it.pointer !== 'current', now: new Date()}, known.p).headers;
    Object.keys(headers).forEach(function (name) {
        response.headers[name] = {value: headers[name]};
    });
    const type = response.headers['content-type'];
    delete response.headers.vary;
    if (response.statusCode === 304 || (type && /^(?:text\/|application\/(?:[a-z.+-]*(?:json|xml)|javascript)|image\/svg)/.test(type.value))) {
        response.headers.vary = {value: 'Accept-Encoding'};
    }
    return response;
}
