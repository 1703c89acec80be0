package lab

import (
	"errors"
	"fmt"
	"net"
)

// deaf is an address at which nobody ever accepts: the system takes connections
// and what is sent over them, and whoever sent it waits.
type deaf struct {
	listener net.Listener
	// caller is a connection to it. The port that it comes from is in use, so that
	// nobody else is given it, and nobody listens there.
	caller net.Conn
}

func newDeaf() (deaf, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return deaf{}, fmt.Errorf("listening for those who are never answered: %w", err)
	}
	caller, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return deaf{}, errors.Join(fmt.Errorf("looking for a port at which nobody listens: %w", err), listener.Close())
	}
	return deaf{listener, caller}, nil
}

// url returns the address without a trailing slash.
func (d deaf) url() string {
	if d.listener == nil {
		return "http://127.0.0.1:1"
	}
	return "http://" + d.listener.Addr().String()
}

// closedURL is an address at which connections are refused, without a trailing
// slash.
func (d deaf) closedURL() string { return "http://" + d.caller.LocalAddr().String() }

func (d deaf) close() error {
	if d.listener == nil {
		return nil
	}
	return errors.Join(d.caller.Close(), d.listener.Close())
}
