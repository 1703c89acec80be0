package lab

import (
	"fmt"
	"net"
)

// deaf is an address at which nobody ever accepts: the system takes connections
// and what is sent over them, and whoever sent it waits.
type deaf struct{ listener net.Listener }

func newDeaf() (deaf, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return deaf{}, fmt.Errorf("listening for those who are never answered: %w", err)
	}
	return deaf{listener}, nil
}

// url returns the address without a trailing slash.
func (d deaf) url() string {
	if d.listener == nil {
		return "http://127.0.0.1:1"
	}
	return "http://" + d.listener.Addr().String()
}

func (d deaf) close() error {
	if d.listener == nil {
		return nil
	}
	return d.listener.Close()
}
