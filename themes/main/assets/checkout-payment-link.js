// A payment link (Stripe's, where customers choose what to pay): it is told the amount, the language and what was ordered.
import {message} from './message.js'

// A reference may have 200 letters, digits, "-" and "_": other bytes of a key are written as "_" and two digits.
const name = key => [...new TextEncoder().encode(key)].map(byte => {
  const char = String.fromCharCode(byte)
  return /[A-Za-z0-9-]/.test(char) ? char : `_${byte.toString(16).padStart(2, '0')}`
}).join('')

export function handoff(order, tell) {
  const reference = order.lines.map(({key, quantity}) => `${quantity}-${name(key)}`).join('_-')
  const url = new URL(tell.to), fits = reference.length <= 200
  if (fits) url.searchParams.set('client_reference_id', reference)
  url.searchParams.set('__prefilled_amount', order.total)
  url.searchParams.set('locale', order.language.split('-')[0])
  return {url: url.href, ...!fits && {text: message(order, tell)}}
}
