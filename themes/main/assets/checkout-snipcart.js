// Snipcart's checkout. Nothing of it is loaded before the customer has asked to go on: its script is not ours and sets cookies.
const HOME = 'https://cdn.snipcart.com/themes/v3.7.1/default/snipcart'
// What each thing is called there: its key, with * and the number of pieces where a volume price holds (snipcart.json has the same).
const item = ({key, title, variant, quantity, step, price}, order) =>
  ({id: step > 1 ? `${key}*${step}` : key, name: variant ? `${title} – ${variant}` : title, price, quantity, url: `${order.site}/snipcart.json`})

export const handoff = (order, {to, tiers, major}) => ({items: order.lines.map(line => item({...line, step: tiers(line), price: major(line.unit)}, order)), run() {
  window.SnipcartSettings = {publicApiKey: to, currency: order.currency.toLowerCase(), loadStrategy: 'manual', modalStyle: 'side'}
  document.addEventListener('snipcart.ready', async () => {
    const {api, store} = window.Snipcart
    await api.session.setLanguage(order.language.split('-')[0])
    for (const {uniqueId} of store.getState().cart.items.items) await api.cart.items.remove(uniqueId)
    for (const one of this.items) await api.cart.items.add(one)
    if (order.note) await api.cart.update({metadata: {note: order.note}})
    api.theme.cart.open()
  }, {once: true})
  if (window.Snipcart) return document.dispatchEvent(new Event('snipcart.ready'))
  const make = (tag, fields) => Object.assign(document.createElement(tag), fields)
  const place = make('div', {id: 'snipcart', hidden: true})
  place.dataset.apiKey = to
  document.body.append(place, make('link', {rel: 'stylesheet', href: `${HOME}.css`}), make('script', {src: `${HOME}.js`}))
}})
