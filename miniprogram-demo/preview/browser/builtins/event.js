// An event whose own fields become the `detail` that the page sees.
export class ComponentEvent extends Event {
  constructor(type, detail = {}) {
    super(type)
    Object.assign(this, detail)
  }
}
