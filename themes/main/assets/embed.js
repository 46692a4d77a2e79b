import {$, $$, make} from './base.js'

/* What other sites show is fetched when somebody asks for it, never before */
for (const frame of $$('[data-embed]')) {
  $('button', frame).addEventListener('click', () => {
    const view = make('iframe', {title: frame.dataset.title, src: frame.dataset.embed, allowFullscreen: true, referrerPolicy: 'strict-origin-when-cross-origin', tabIndex: 0})
    frame.replaceChildren(view)
    view.focus()
  })
}
