// The order as an e-mail the customer sends. Mail programs take addresses of about 2,000 characters.
import {encoded, fitting, message} from './message.js'

export function handoff(order, tell) {
  const subject = encoded(message({...order, lines: [], note: ''}, tell).split('\n', 1)[0])
  const address = body => `mailto:${tell.to}?subject=${subject}&body=${encoded(body.replace(/\n/g, '\r\n'))}`
  const hand = fitting(order, tell, 2000, address)
  return hand.url ? hand : {...hand, url: `mailto:${tell.to}?subject=${subject}`} // the text is pasted into it
}
