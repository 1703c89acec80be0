package browser

import (
	"errors"
	"fmt"
	"slices"
)

// refusal is the script's answer when an element cannot be used.
type refusal struct {
	Problem, CSS string
	Near         []string
}

// begin makes the tab's page at an address.
func (t *Tab) begin(url string) error {
	id, held, err := t.chrome.newPage(t.ctx, url, t.context, t.event)
	if err != nil {
		return err
	}
	t.target, t.session = id, held
	t.motion.of(id, url == blank)
	jobs := t.settings.apply(held)
	held.run()
	for _, job := range jobs {
		if _, err := job.wait(t.ctx); err != nil {
			return err
		}
	}
	return nil
}

// there sees to it that the tab has a page.
func (t *Tab) there() error {
	if t.session != nil {
		return nil
	}
	return t.begin(blank)
}

// act does something on the page that may navigate, waits for rest and reads
// the page.
func (t *Tab) act(verb string, do func() error) error {
	return t.move(verb, func() error {
		if err := t.there(); err != nil {
			return err
		}
		return do()
	})
}

func (t *Tab) move(verb string, do func() error) error {
	t.motion.begin()
	err := do()
	if err == nil {
		err = t.settle()
	}
	return t.fault(verb, err)
}

// fault says which verb failed, and notes when the page itself is at fault.
func (t *Tab) fault(verb string, err error) error {
	switch {
	case err == nil:
		return nil
	case t.closed:
		return fmt.Errorf("%s: %w", verb, ErrClosed)
	case t.ctx.Err() != nil || errors.Is(err, ErrGone):
		t.stuck = true
	}
	return fmt.Errorf("%s: %w", verb, err)
}

// settle waits for rest and reads the page. A read that the page did not
// outlast is repeated.
func (t *Tab) settle() error {
	verb := "rest"
	if t.settings.JavaScriptOff {
		verb = "read"
	}
	for {
		steps, err := t.rest()
		if err != nil {
			return err
		}
		read := new(Page)
		err = evaluate(t.ctx, t.session, read, verb)
		if err != nil && !navigatedAway(err) {
			return err
		}
		if err == nil && t.motion.stayed(steps) {
			t.page = t.complete(read)
			return nil
		}
	}
}

// complete adds to a page what Chrome told besides.
func (t *Tab) complete(p *Page) *Page {
	var missing string
	if p.Err, missing = t.motion.outcome(); missing != "" {
		p.URL = missing
	}
	p.Frames, p.Popups = t.motion.frames(), t.windows()
	t.mu.Lock()
	defer t.mu.Unlock()
	p.Dialogs = slices.Clone(t.dialogs)
	return p
}

// rest waits until the page moves no more.
func (t *Tab) rest() (steps int, err error) {
	if err := t.there(); err != nil {
		return 0, err
	}
	return t.motion.wait(t.ctx, t.session)
}

// ask evaluates a verb that changes nothing, again if the page gave way.
func (t *Tab) ask(into any, verb string, args ...any) error {
	for {
		if _, err := t.rest(); err != nil {
			return err
		}
		if err := evaluate(t.ctx, t.session, into, verb, args...); !navigatedAway(err) {
			return err
		}
	}
}

// touch evaluates a verb that changes the page, once. That the page gives way
// under it is its effect.
func (t *Tab) touch(verb string, args ...any) error {
	if _, err := t.rest(); err != nil {
		return err
	}
	var refused refusal
	if err := evaluate(t.ctx, t.session, &refused, verb, args...); err != nil && !navigatedAway(err) {
		return err
	}
	return t.refuse(refused)
}

func (t *Tab) refuse(r refusal) error {
	if r.Problem == "" {
		return nil
	}
	return &ElementError{CSS: r.CSS, Problem: r.Problem, URL: t.page.URL, Near: r.Near}
}
