// The search opens over the page; whoever wants its own page, or has no scripts, gets that.
import {$} from './base.js'

const link = $('[data-search-open]')
if (link && $('#search') && !$('[data-search]')) {
  const suggest = () => import('./suggest.js')
  for (const kind of ['pointerenter', 'focus']) link.addEventListener(kind, () => suggest().catch(() => {}), {once: true})
  link.addEventListener('click', event => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    suggest().then(({open}) => open()).catch(() => { location.href = link.href })
  })
}
