// Finds what a search asks for, in files of words of which it fetches the few it needs. plan/search_query.py has the same rules.
import {unpack} from './packing.js'

const LETTERS = {ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ς: 'σ', ى: 'ي', ی: 'ي', ک: 'ك', ة: 'ه', ـ: '', '\u200c': '', '\u200d': '', '\u00ad': ''}
for (let n = 0; n < 10; n++) LETTERS[String.fromCharCode(0x660 + n)] = LETTERS[String.fromCharCode(0x6f0 + n)] = `${n}`
for (let n = 0; n < 0x56; n++) LETTERS[String.fromCharCode(0x30a1 + n)] = String.fromCharCode(0x3041 + n)
const UNSPACED = '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3134f}'
const unspaced = new RegExp(`^[${UNSPACED}]`, 'u'), within = new RegExp(`[${UNSPACED}]`, 'u'), runs = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu')

export const folded = text => text.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g, '')
  .replace(/[^]/gu, char => LETTERS[char] ?? (/[\p{L}\p{N}\p{M}]/u.test(char) ? char : /[-‐‑]/.test(char) ? '-' : ' ')).normalize('NFC')
const start = run => [...run].slice(0, 32).join('')
const cut = run => {
  if (run === 's') return []
  if (!within.test(run)) return [start(run.startsWith('ال') && [...run].length > 4 ? run.slice(2) : run)]
  return run.match(runs).flatMap(part => {
    const letters = [...part]
    return !unspaced.test(part) ? [start(part)] : letters.length < 2 ? [part] : letters.slice(1).map((letter, at) => letters[at] + letter)
  })
}
export const words = text => [...new Set(folded(text).split(/[ -]+/).filter(Boolean).flatMap(cut))]
const code = text => folded(text).replace(/[ -]/g, '')
const place = (word, files) => {
  let number = 0
  const letters = [...word]
  for (const char of word[0] === '#' ? letters : letters.slice(0, unspaced.test(word) ? 1 : 2)) number = Math.imul(number, 31) + char.codePointAt(0) | 0
  return (Math.imul(number, 0x9e3779b1) >>> 16) & files - 1
}

/* Mistakes between two words, and between the first and the best beginning of the second. */
export const distance = (word, other, most) => {
  let before = [], row = [...Array(other.length + 1).keys()]
  for (let i = 1; i <= word.length; i++) {
    const earlier = before
    before = row
    row = [i]
    let least = i
    for (let j = 1; j <= other.length; j++) {
      let cost = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (word[i - 1] !== other[j - 1]))
      if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) cost = Math.min(cost, earlier[j - 2] + 1)
      row.push(cost)
      if (cost < least) least = cost
    }
    if (least > most && Math.min(...before) > most) return [most + 1, most + 1]
  }
  return [row.at(-1), Math.min(...row)]
}
const spelled = (word, known, last) => {
  const allowed = word.length < 8 ? 1 : 2, found = []
  for (const other of known) {
    if (other.includes(word)) { found.push([0, true, 0, other]); continue }
    if (other.length < word.length - allowed || (!last && other.length > word.length + allowed)) continue
    const [whole, begun] = distance(word, other, allowed), strange = other[0] !== word[0]
    if (whole <= allowed) found.push([whole, strange, 0, other])
    else if (last && begun <= allowed && !strange) found.push([begun, false, 1, other])
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || (a[3] < b[3] ? -1 : 1))
  return new Map(found.slice(0, 6).map(([mistakes, , begun, other]) => [other, mistakes > 1 || begun ? 2 : 3]))
}

/* A search over the index at `url`. `read` gives what is at an address; the browser keeps it. */
export const open = (url, read = address => fetch(address).then(answer => answer.json())) => {
  const kept = new Map(), base = url.replace(/\.json$/, '/')
  const file = name => {
    if (!kept.has(name)) kept.set(name, read(name).catch(error => { kept.delete(name); throw error }))
    return kept.get(name)
  }
  const lists = text => text.split(' ').map(part => { let sum = 0; return unpack(part).map(gap => sum += gap) })
  const at = async (word, {files}) => file(`${base}${place(word, files)}.json`)

  const forms = async (word, root) => {
    const known = await at(word, root), found = new Map(), run = unspaced.test(word)
    if (word.length === 1 && !run) { if (Object.hasOwn(known, word)) found.set(word, 8) }
    else for (const other in known) {
      if (other === word) found.set(other, 8)
      else if (other.startsWith(word)) found.set(other, run ? 8 : other.length - word.length <= 2 ? 6 : 4)
      else if (word.length - other.length <= 2 && other.length > 2 && word.startsWith(other) && !run) found.set(other, 6)
    }
    return found
  }
  const spelling = async (word, last, {spelling: files}) => {
    const numbers = new Set([0]), allowed = word.length < 8 ? 1 : 2
    for (let length = word.length - allowed; files > 1 && length <= word.length + 12; length++) numbers.add(length < 6 ? 0 : length < 8 ? 1 : length < 10 ? 2 : 3)
    if (files > 1 && word.length - allowed > 5) numbers.delete(0)
    return spelled(word, (await Promise.all([...numbers].map(number => file(`${base}words-${number}.json`)))).flat(), last)
  }
  const scored = (known, places, worth) => {
    const total = new Map()
    for (const word of known) {
      const best = new Map()
      for (const [fit, held] of word) {
        for (const where of places) for (const number of held[where] || []) best.set(number, Math.max(best.get(number) || 0, fit * worth[where]))
      }
      for (const [number, score] of best) {
        const [matched, sum] = total.get(number) || [0, 0]
        total.set(number, [matched + 1, sum + score])
      }
    }
    return total
  }
  const best = entries => entries.sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number]) => number)

  return {
    begin: () => file(url),
    /* {products: [numbers], texts: {4: collections, 5: pages, 6: posts}, whole, meant} */
    async query(text) {
      const root = await file(url), asked = words(text).slice(0, 8), meant = []
      if (!asked.length) return {products: [], texts: {4: [], 5: [], 6: []}, whole: true, meant: ''}
      const known = await Promise.all(asked.map(async (word, place_) => {
        let found = await forms(word, root)
        meant[place_] = word
        if (!found.size && word.length >= 4 && !within.test(word)) {
          found = await spelling(word, place_ === asked.length - 1, root)
          meant[place_] = [...found.keys()][0] || word
        }
        return Promise.all([...found].map(async ([other, fit]) => [fit, lists((await at(other, root))[other] || '')]))
      }))
      const products = scored(known, [0, 1, 2, 3], [10, 8, 5, 3]), texts = {}, out = new Set(lists(root.out)[0])
      const most = Math.max(0, ...[...products.values()].map(([matched]) => matched))
      const ordered = best([...products].filter(([, [matched]]) => matched === most).map(([number, [, score]]) => [number, out.has(number) ? score >> 1 : score]))
      for (const where of [4, 5, 6]) texts[where] = best([...scored(known, [where], {[where]: 1})].filter(([, [matched]]) => matched === asked.length).map(([number, [, score]]) => [number, score]))
      const whole = most === asked.length || Object.values(texts).some(found => found.length)
      const plain = code(text)
      const named = plain.length > 2 && (!whole || /\d/.test(plain)) ? lists((await at(`#${plain}`, root))[`#${plain}`] || '')[0] : []
      if (named.length && !whole) return {products: named, texts: {4: [], 5: [], 6: []}, whole: true, meant: ''}
      return {products: [...new Set([...named, ...ordered])], texts, whole, meant: whole && meant.join(' ') !== asked.join(' ') ? meant.join(' ') : ''}
    },
    /* What the texts with these numbers are called, and where they are: [title, url]. */
    texts: numbers => Promise.all(numbers.map(async number => (await file(`${base}texts-${number >> 6}.json`))[number & 63])).then(found => found.filter(Boolean)),
  }
}
