package mockidp

import (
	"slices"
	"sync"

	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/response"
)

// orders is what the tester told the IdP to do wrong. Each order is addressed
// to one stage, so that it cannot be used up by whichever request comes next.
type orders struct {
	mu           sync.Mutex
	once, always []fault.Armed
	status       *response.Status
}

func (o *orders) arm(faults []fault.Armed, always bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if always {
		o.always = append(o.always, faults...)
		return
	}
	o.once = append(o.once, faults...)
}

func (o *orders) answer(status response.Status) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.status = &status
}

func (o *orders) reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.once, o.always, o.status = nil, nil, nil
}

// disturbs reports whether a service fault is armed.
func (o *orders) disturbs() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	service := func(f fault.Armed) bool { return f.Fault.Service != nil }
	return slices.ContainsFunc(o.once, service) || slices.ContainsFunc(o.always, service)
}

// takeService uses up the service faults of one kind of message.
func (o *orders) takeService(of fault.MessageName) []fault.Armed {
	return o.take(func(f fault.Armed) bool { return f.Fault.Of == of && f.Fault.Service != nil })
}

// takeMessage uses up the faults of one kind of message and its form.
func (o *orders) takeMessage(of fault.MessageName) []fault.Armed {
	return o.take(func(f fault.Armed) bool { return f.Fault.Of == of && f.Fault.Service == nil })
}

func (o *orders) take(wanted func(fault.Armed) bool) []fault.Armed {
	o.mu.Lock()
	defer o.mu.Unlock()
	var taken, left []fault.Armed
	for _, armed := range o.always {
		if wanted(armed) {
			taken = append(taken, armed)
		}
	}
	for _, armed := range o.once {
		if wanted(armed) {
			taken = append(taken, armed)
		}
		if !wanted(armed) || armed.Fault.Lasting {
			left = append(left, armed)
		}
	}
	o.once = left
	return taken
}

// takeStatus uses up the status to answer, nil when none was ordered.
func (o *orders) takeStatus() *response.Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	status := o.status
	o.status = nil
	return status
}

// armed names the faults that wait, for the control API.
func (o *orders) armed() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append(faultNames(o.always), faultNames(o.once)...)
}
