package response

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" // which only faults ask for
	"crypto/rand"
)

type blockCipher struct {
	name, uri string
	keySize   int // in octets
	encrypt   func(key, plaintext []byte) ([]byte, error)
}

func (c blockCipher) ident() (string, string) { return c.name, c.uri }

func blockCiphers() []blockCipher {
	return []blockCipher{
		{"tripledes-cbc", xmlencNS + "tripledes-cbc", 24, cbc(des.NewTripleDESCipher)},
		{"aes128-cbc", xmlencNS + "aes128-cbc", 16, cbc(aes.NewCipher)},
		{"aes192-cbc", xmlencNS + "aes192-cbc", 24, cbc(aes.NewCipher)},
		{"aes256-cbc", xmlencNS + "aes256-cbc", 32, cbc(aes.NewCipher)},
		{"aes128-gcm", xmlenc11NS + "aes128-gcm", 16, encryptGCM},
		{"aes192-gcm", xmlenc11NS + "aes192-gcm", 24, encryptGCM},
		{"aes256-gcm", xmlenc11NS + "aes256-gcm", 32, encryptGCM},
	}
}

// cbc returns the initialisation vector and the ciphertext. Of the padding
// only the last octet, its length, means anything (XML Encryption 5.2.1).
func cbc(newCipher func(key []byte) (cipher.Block, error)) func(key, plaintext []byte) ([]byte, error) {
	return func(key, plaintext []byte) ([]byte, error) {
		block, err := newCipher(key)
		if err != nil {
			return nil, err
		}
		size := block.BlockSize()
		pad := size - len(plaintext)%size
		padded := make([]byte, len(plaintext)+pad)
		copy(padded, plaintext)
		padded[len(padded)-1] = byte(pad)
		iv := randomOctets(size)
		out := make([]byte, len(padded))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, padded)
		return append(iv, out...), nil
	}
}

// encryptGCM returns nonce, ciphertext and tag (XML Encryption 1.1, 5.2.4).
func encryptGCM(key, plaintext []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	nonce := randomOctets(aead.NonceSize())
	return aead.Seal(nonce, nonce, plaintext, nil), nil
}

func randomOctets(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}
