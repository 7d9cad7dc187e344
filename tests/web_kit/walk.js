// Follows the focus through a page: which stops there are, in which order they come, and whether each can be seen.
window.walk = (() => {
  const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
  const seen = []
  const hidden = []
  let first = null

  const isStop = (one) =>
    one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && !one.closest('[inert]') &&
    one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) &&
    // of a group of radio buttons the keyboard stops at one, and the arrows go on from there
    !(one.type === 'radio' && !one.checked && one.form && [...one.form.elements].some(
      (other) => other !== one && other.name === one.name && (other.checked || seen.includes(other))))

  const named = (one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 140)

  // A point of it is on top: its middle, or a corner where it is larger than the window.
  const canBeSeen = (one) => {
    const box = one.getBoundingClientRect()
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth)
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight)
    if (right - left < 1 || bottom - top < 1) return false
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 3, top + 3], [right - 3, bottom - 3]]
    return points.some(([x, y]) => {
      const above = document.elementFromPoint(x, y)
      return above && (one.contains(above) || above.contains(one) && !above.matches('html, body') || above.closest('label')?.control === one)
    })
  }

  return {
    // Looks at what has the focus now; true once the way is round.
    look() {
      const one = document.activeElement
      // past the end of the page the way goes on from its start: a field that had the focus at first stands in between
      if (one === document.body || one === document.documentElement) return false
      if (one === first) return true
      first ??= one
      if (seen.at(-1) !== one) {
        seen.push(one)
        if (!canBeSeen(one)) hidden.push(one)
      }
      return false
    },
    faults() {
      const missed = [...document.querySelectorAll(STOPS)].filter((one) => isStop(one) && !seen.includes(one))
      const turned = seen.filter((one, place) => place && !(seen[place - 1].compareDocumentPosition(one) & 4))
      return [
        ...missed.map((one) => `never reached: ${named(one)}`),
        ...hidden.map((one) => `hidden while it has the focus: ${named(one)}`),
        // one turn is the way from the end of the page back to its start, where a field had the focus at first
        ...(turned.length > 1 ? turned.map((one) => `out of order: ${named(one)}`) : []),
      ]
    },
  }
})()
