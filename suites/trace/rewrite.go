package trace

// Rewritten returns the event with every text in it replaced by what rewrite
// makes of it; kinds and parties are no text. The event's parts are copied, so
// that the caller's stay as they are.
func (e Event) Rewritten(rewrite func(string) string) Event {
	e.Note = rewrite(e.Note)
	e.Exchange = changed(e.Exchange, func(x *Exchange) {
		each(rewrite, &x.Method, &x.URL, &x.Location, &x.ContentType)
		x.Cookies = list(x.Cookies, rewrite)
	})
	e.Message = changed(e.Message, func(m *Message) {
		each(rewrite, &m.Name, &m.Binding, &m.RelayState, &m.XML)
		m.Faults = list(m.Faults, rewrite)
		m.Form = facts(m.Form, rewrite)
	})
	e.Decision = changed(e.Decision, func(d *Decision) { d.rewrite(rewrite) })
	e.Session = changed(e.Session, func(s *Session) { each(rewrite, &s.Account, &s.Login) })
	e.Page = changed(e.Page, func(p *Page) {
		each(rewrite, &p.Label, &p.Name, &p.URL, &p.Title, &p.Text, &p.HTML, &p.Error)
	})
	return e
}

// rewrite works on a copy of the decision, and copies what that points to.
func (d *Decision) rewrite(rewrite func(string) string) {
	each(rewrite, &d.Reason, &d.RelayState)
	d.Findings = append([]Finding(nil), d.Findings...)
	for i := range d.Findings {
		f := &d.Findings[i]
		each(rewrite, &f.Rule, &f.Ref, &f.Reason, &f.Got, &f.Want, &f.Where, &f.Remedy)
	}
	d.Facts = facts(d.Facts, rewrite)
	if d.Identity == nil {
		return
	}
	identity := make(map[string][]string, len(d.Identity))
	for name, values := range d.Identity {
		identity[rewrite(name)] = list(values, rewrite)
	}
	d.Identity = identity
}

// changed returns a changed copy, nil for nil.
func changed[T any](part *T, change func(*T)) *T {
	if part == nil {
		return nil
	}
	own := *part
	change(&own)
	return &own
}

func each(rewrite func(string) string, texts ...*string) {
	for _, text := range texts {
		if *text != "" {
			*text = rewrite(*text)
		}
	}
}

func list(texts []string, rewrite func(string) string) []string {
	var own []string
	for _, text := range texts {
		own = append(own, rewrite(text))
	}
	return own
}

func facts(old []Fact, rewrite func(string) string) []Fact {
	own := append([]Fact(nil), old...)
	for i := range own {
		each(rewrite, &own[i].Name, &own[i].Value)
	}
	return own
}
