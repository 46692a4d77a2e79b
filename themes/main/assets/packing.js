// Whole numbers from the text that plan/packing.py makes of them.
export const unpack = text => {
  const found = []
  for (let at = 0, number = 0, shift = 0; at < text.length; at++) {
    const five = text.charCodeAt(at) - 63
    number += (five & 31) * 2 ** shift
    if (five > 31) shift += 5
    else { found.push(number); number = shift = 0 }
  }
  return found
}
