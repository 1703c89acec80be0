package browser

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotFound says that no Chrome is installed where Start looks. The error
// that wraps it names the places and what to install.
var ErrNotFound = errors.New("no Chrome found")

// ErrGone says that Chrome, or the process of one of its pages, died or was
// closed under the caller's hands. Nothing more comes from this Chrome: start
// another and play the case again.
var ErrGone = errors.New("the browser is gone")

// ErrClosed says that the tab was used after its Close.
var ErrClosed = errors.New("the tab is closed")

// ErrElement says that the page offers no such element to a person: it is not
// there, not visible, or cannot be used. An ElementError carries the details.
var ErrElement = errors.New("no usable element")

// ErrRestless says that the page did not come to rest in the time that the
// caller's context gave it: no answer came, or it goes on and on.
var ErrRestless = errors.New("the page does not come to rest")

// An ElementError is a verb that met nothing to act on.
type ElementError struct {
	CSS     string   // the selector that was asked for
	Problem string   // "no such element", "not visible", "disabled", ...
	URL     string   // the page
	Near    []string // selectors of elements that could have been used instead
}

// Error names the element, the page and what stood there instead.
func (e *ElementError) Error() string {
	text := fmt.Sprintf("%s: %s on %s", e.CSS, e.Problem, e.URL)
	if len(e.Near) > 0 {
		text += "; it offers " + strings.Join(e.Near, ", ")
	}
	return text
}

// Unwrap lets errors.Is find ErrElement.
func (e *ElementError) Unwrap() error { return ErrElement }
