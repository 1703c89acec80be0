package browser

import "fmt"

// Beside opens a second tab beside this one: the same person's, with the same
// cookies. It must be closed before this one is.
func (t *Tab) Beside() (*Tab, error) {
	second, err := t.another()
	if err != nil {
		return nil, fmt.Errorf("opening a tab beside: %w", err)
	}
	release := second.release
	second.release = func() error {
		// What it visited is cleared with what this one did, once both are gone.
		t.motion.visit(second.motion.origins())
		if err := release(); err != nil {
			return err
		}
		select {
		case <-second.session.gone:
		case <-second.session.conn.gone:
		case <-t.ctx.Done():
		}
		return nil
	}
	return second, nil
}
