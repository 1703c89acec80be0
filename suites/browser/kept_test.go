package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
)

func cpu(t *testing.T, dir string) (sum int) {
	for _, f := range users(t, dir) {
		b, err := os.ReadFile(strings.Replace(f, "cmdline", "stat", 1))
		if err != nil {
			continue
		}
		var u, s int
		fs := strings.Fields(string(b[strings.LastIndex(string(b), ")")+1:]))
		fmt.Sscan(fs[11], &u)
		fmt.Sscan(fs[12], &s)
		sum += (u + s) * 10
	}
	return
}

func TestKept(t *testing.T) {
	s := newSites(t)
	ctx := context.Background()
	dir := directory(t, shared)
	self := func() int { var u, s int; b, _ := os.ReadFile("/proc/self/stat"); fs := strings.Fields(string(b[strings.LastIndex(string(b), ")")+1:])); fmt.Sscan(fs[11], &u); fmt.Sscan(fs[12], &s); return (u + s) * 10 }
	for round := range 6 {
		const n = 60
		kept := round%3 == 1
		alone := round%3 == 2
		var wg sync.WaitGroup
		var began time.Time
		var c, g int
		var mu sync.Mutex
		left := n
		start := make(chan struct{})
		var ready sync.WaitGroup
		for range 2 {
			ready.Add(1)
			wg.Go(func() {
				w := newWorker(t, shared, s.anchors())
				tab, _ := w.Tab(ctx, Settings{Alone: alone})
				s.play(tab)
				ready.Done()
				<-start
				for {
					mu.Lock()
					left--
					done := left < 0
					mu.Unlock()
					if done {
						return
					}
					if kept {
						call(ctx, shared.conn.browser(), storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: w.context})
					} else {
						tab.Close()
						tab, _ = w.Tab(ctx, Settings{Alone: alone})
					}
					if err := s.play(tab); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		ready.Wait()
		began, c, g = time.Now(), cpu(t, dir), self()
		close(start)
		wg.Wait()
		fmt.Printf("kept %v alone %v: %.1f logins/s, chrome cpu %.1f ms, go cpu %.1f ms\n", kept, alone, n/time.Since(began).Seconds(), float64(cpu(t, dir)-c)/n, float64(self()-g)/n)
	}
}
