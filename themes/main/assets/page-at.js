// Another page as a document, parsed by the browser: no markup is ever handed to this page
export const pageAt = url => new Promise((done, fail) => {
  const ask = Object.assign(new XMLHttpRequest(), {responseType: 'document', onload: () => ask.response ? done(ask.response) : fail(), onerror: fail})
  ask.open('GET', url)
  ask.send()
})
