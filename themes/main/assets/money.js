// Amounts as plan/format.py writes them. A browser's own idea of the language differs: it may group a lakh otherwise, or write 0 for ०.
// `groups` are two digits: how many stand in the last group, and in each before it.
export const amounts = ({pattern, decimals, decimal, group, groups: [last, other]}, inDigits) => {
  const places = +decimals, between = new RegExp(`\\B(?=(\\d{${other}})*\\d{${last}}$)`, 'g')
  return minor => {
    const digits = `${minor}`.padStart(places + 1, '0'), cut = digits.length - places
    const whole = digits.slice(0, cut).replace(between, () => group)
    return pattern.replace('{}', () => inDigits(places ? whole + decimal + digits.slice(cut) : whole))
  }
}
