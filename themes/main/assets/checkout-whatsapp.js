// The order as a message the customer sends on WhatsApp.
import {encoded, fitting} from './message.js'

export const handoff = (order, tell) => fitting(order, tell, 6000, words => `https://wa.me/${tell.to.replace(/\D/g, '')}?text=${encoded(words)}`)
