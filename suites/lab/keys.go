package lab

import (
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/sp"
)

// keys are made once per run: making one costs more than a whole login.
type keys struct {
	idp, spare, foreign mockidp.Key
	sp, previous        *sp.Key
	odd                 *oddKeys
}

// oddKeys are the IdP's keys that are worth a question, made when first asked
// for: few cases do.
type oddKeys struct {
	mu   sync.Mutex
	made map[oddKey]mockidp.Key
}

type oddKey struct {
	name string
	now  int64 // Unix nanoseconds: their certificates begin and end by it
}

func (o *oddKeys) get(name string, now time.Time, options mockidp.KeyOptions) (mockidp.Key, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	which := oddKey{name, now.UnixNano()}
	if key, made := o.made[which]; made {
		return key, nil
	}
	key, err := mockidp.NewKey(options)
	if err == nil {
		o.made[which] = key
	}
	return key, err
}

func newKeys(start time.Time) (keys, error) {
	from, to := start.Add(-24*time.Hour), start.AddDate(2, 0, 0)
	k := keys{odd: &oddKeys{made: map[oddKey]mockidp.Key{}}}
	var making errgroup.Group
	for name, key := range map[string]*mockidp.Key{"mock identity provider": &k.idp, "mock identity provider, next key": &k.spare, "somebody else": &k.foreign} {
		making.Go(func() (err error) {
			*key, err = mockidp.NewKey(mockidp.KeyOptions{CommonName: name, NotBefore: from, NotAfter: to})
			return err
		})
	}
	making.Go(func() (err error) {
		k.sp, err = sp.NewKey("reference service provider", from, to)
		return err
	})
	making.Go(func() (err error) {
		k.previous, err = sp.NewKey("reference service provider, previous key", from.AddDate(-1, 0, 0), to)
		return err
	})
	err := making.Wait()
	return k, err
}

// second is the key of the second identity provider.
func (k keys) second(now time.Time) (mockidp.Key, error) {
	return k.odd.get("second", now, mockidp.KeyOptions{CommonName: "second mock identity provider", NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0)})
}

// signing returns the key of that name in IdPSettings.
func (k keys) signing(name string, now time.Time) (mockidp.Key, error) {
	options := mockidp.KeyOptions{CommonName: "mock identity provider, " + name + " key", NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0)}
	switch name {
	case "expired":
		options.NotAfter = now.Add(-time.Second)
	case "expired-now":
		options.NotAfter = now
	case "future":
		options.NotBefore = now.Add(time.Hour)
	case "ecdsa":
		options.Algorithm = "ecdsa-p256"
	case "weak":
		options.Algorithm = "rsa1024"
	case "issued":
		options.Issued = true
	case "tiny":
		options.Algorithm = "rsa512"
	case "md5":
		options.Algorithm = "rsa2048-md5"
	case "dsa":
		options.Algorithm = "dsa1024"
	default:
		return k.idp, nil
	}
	return k.odd.get(name, now, options)
}
