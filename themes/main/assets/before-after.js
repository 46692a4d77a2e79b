import {$, $$} from './base.js'

/* The handle is a range: it works with pointers, fingers, arrow keys and screen readers alike */
for (const frame of $$('[data-compare]')) {
  const range = $('input', frame), move = () => frame.style.setProperty('--at', `${range.value}%`)
  range.addEventListener('input', move)
  frame.classList.add('compare-live')
  move()
}
