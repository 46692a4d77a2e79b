// An order as people read it. Titles and notes cannot pass for lines of the order: each stays on its line, notes are quoted.
const flat = words => words.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\p{Cc}\s]+/gu, ' ').trim()

// `brief` 0 says all, 1 leaves addresses out, 2 names things by their key alone.
export function message(order, {money, words}, brief = 0) {
  const line = ({quantity, title, variant, key, total, url}) =>
    `${quantity} × ${brief > 1 ? '' : `${flat(title)}${variant && `, ${flat(variant)}`} `}[${flat(key)}] – ${money(total)}${brief ? '' : `\n${url}`}`
  const {subtotal, shipping, total, note, shop, language, currency} = order
  return [
    `${words.order} – ${flat(order.name)}`, '', ...order.lines.map(line), '',
    ...shipping === null ? [] : [`${words.subtotal}: ${money(subtotal)}`, `${words.shipping}: ${shipping ? money(shipping) : words.free}`],
    `${words.total}: ${money(total)}`, ...note ? ['', ...note.trim().split(/[\n\r\u2028\u2029]+/).map(line => `> ${flat(line)}`)] : [], '', `${shop} ${language} ${currency} ${total}`,
  ].join('\n')
}

// The first of the three ways to say an order whose address is not longer than `most`; else its text, to be copied.
export function fitting(order, tell, most, address) {
  for (const brief of [0, 1, 2]) {
    const url = address(message(order, tell, brief))
    if (url.length <= most) return {url}
  }
  return {text: message(order, tell)}
}
// Half a character of two, which only hostile texts have, would stop the encoding.
export const encoded = words => encodeURIComponent(words.toWellFormed ? words.toWellFormed() : words.replace(/[\ud800-\udfff]/gu, '�'))
