using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Desk.Notification.Writing;

/// <summary>A key to sign with: its selector, and the algorithm that its kind gives (<c>rsa-sha256</c> or <c>ed25519-sha256</c>).</summary>
internal sealed record DkimKey(string Selector, string Algorithm, Func<byte[], byte[]> Sign)
{
    private const string PrivateKey = "PRIVATE KEY";

    /// <summary>PKCS#8 DER of an Ed25519 key is this and its 32 bytes (RFC 8410, 7).</summary>
    private static ReadOnlySpan<byte> Ed25519Head => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <exception cref="InvalidOperationException">The text is no private key of either kind, or the RSA key is too short to be believed.</exception>
    public static DkimKey Read(string selector, string pem)
    {
        if (PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] == PrivateKey
            && Convert.FromBase64String(pem[fields.Base64Data]) is { Length: 48 } der && der.AsSpan().StartsWith(Ed25519Head))
        {
            var key = new Ed25519(der.AsSpan(16));
            // RFC 8463, 3: what is signed is the SHA-256 of the header.
            return new DkimKey(selector, "ed25519-sha256", header => key.Sign(SHA256.HashData(header)));
        }
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidOperationException($"The DKIM key of {selector} is neither an RSA nor an Ed25519 private key in PEM.", wrong);
        }
        if (rsa.KeySize < 1024)
            throw new InvalidOperationException($"The DKIM key of {selector} has {rsa.KeySize} bits; verifiers believe none under 1024 (RFC 8301).");
        return new DkimKey(selector, "rsa-sha256", header =>
        {
            // One key object serves many senders at once, and it does not promise that it may.
            lock (rsa)
                return rsa.SignData(header, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        });
    }
}

/// <summary>
/// Signs mails as of their From's domain (RFC 6376, relaxed/relaxed), once by each configured key: <c>Desk:DkimKeys</c>, as <c>selector=file.pem</c> with
/// spaces between. Without a time in it a signature is the same whenever a mail is tried again. What a stranger could add is signed as absent.
/// </summary>
internal sealed partial class Dkim
{
    private static readonly string[] Signed =
    [
        "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted", "list-unsubscribe",
        "list-unsubscribe-post", "mime-version", "content-type",
    ];

    /// <summary>Named once more than they stand there: a second one, put in on the way, breaks the signature.</summary>
    private static readonly string[] Sealed = ["from", "to", "cc", "reply-to", "subject", "date", "message-id", "content-type"];

    private readonly IReadOnlyList<DkimKey> _keys;

    public Dkim(IReadOnlyList<DkimKey> keys) => _keys = keys;

    public static Dkim From(IConfiguration configuration) => new(
    [
        .. (configuration["Desk:DkimKeys"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2) is [var selector, var file] && Selector().IsMatch(selector)
            ? DkimKey.Read(selector, File.ReadAllText(file))
            : throw new InvalidOperationException($"Desk:DkimKeys is selector=file, with spaces between; '{setting}' is not.")),
    ]);

    /// <summary>The mail with its signatures on top. <paramref name="domain"/> is that of From, in ASCII.</summary>
    public byte[] Sign(byte[] mail, string domain)
    {
        if (_keys.Count == 0)
            return mail;
        var end = mail.AsSpan().IndexOf("\r\n\r\n"u8);
        var header = Encoding.ASCII.GetString(mail, 0, end + 2);
        var bodyHash = Convert.ToBase64String(HashOfBody(mail.AsSpan(end + 4)));
        var signatures = string.Concat(_keys.Select(key => Signature(key, domain, header, bodyHash)));
        var whole = new byte[signatures.Length + mail.Length];
        Encoding.ASCII.GetBytes(signatures, whole);
        mail.CopyTo(whole.AsSpan(signatures.Length));
        return whole;
    }

    private static string Signature(DkimKey key, string domain, string header, string bodyHash)
    {
        var fields = FieldStart().Split(header).Where(field => field.Length > 0).Select(field => (Name: field[..field.IndexOf(':')].ToLowerInvariant(), Field: field)).ToList();
        var names = new List<string>();
        var said = new StringBuilder();
        foreach (var name in Signed)
        {
            foreach (var (_, field) in fields.Where(field => field.Name == name))
            {
                names.Add(name);
                said.Append(Relaxed(field)).Append("\r\n");
            }
            if (Sealed.Contains(name))
                names.Add(name);
        }
        var signature = $"DKIM-Signature: v=1; a={key.Algorithm}; c=relaxed/relaxed; d={domain}; s={key.Selector};\r\n"
            + $" h={HeaderText.Fold(names.Select((name, at) => at < names.Count - 1 ? name + ":" : name + ";"), 3)}\r\n"
            + $" bh={bodyHash};\r\n b=";
        said.Append(Relaxed(signature));
        var proof = Convert.ToBase64String(key.Sign(Encoding.ASCII.GetBytes(said.ToString())));
        return signature + string.Join("\r\n  ", proof.Chunk(72).Select(piece => new string(piece))) + "\r\n";
    }

    /// <summary>RFC 6376, 3.4.2: the name in lower case, unfolded, white space as one space and none at the ends.</summary>
    private static string Relaxed(string field)
    {
        var colon = field.IndexOf(':');
        return field[..colon].Trim().ToLowerInvariant() + ":" + Space().Replace(field[(colon + 1)..], " ").Trim();
    }

    /// <summary>RFC 6376, 3.4.4: white space in a line as one space, none at its end, no empty lines at the end of all. In one pass, without a copy.</summary>
    internal static byte[] HashOfBody(ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[1024];
        var empty = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf("\r\n"u8);
            var raw = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 2)..];
            var trimmed = raw.TrimEnd(" \t"u8);
            if (trimmed.IsEmpty)
            {
                empty++;
                continue;
            }
            for (; empty > 0; empty--)
                hash.AppendData("\r\n"u8);
            var length = 0;
            foreach (var octet in trimmed)
            {
                var space = octet is (byte)' ' or (byte)'\t';
                if (space && length > 0 && line[length - 1] == ' ')
                    continue;
                if (length == line.Length)
                {
                    // What is kept back says whether a space came last.
                    hash.AppendData(line[..^1]);
                    line[0] = line[^1];
                    length = 1;
                    if (space && line[0] == ' ')
                        continue;
                }
                line[length++] = space ? (byte)' ' : octet;
            }
            hash.AppendData(line[..length]);
            hash.AppendData("\r\n"u8);
        }
        return hash.GetHashAndReset();
    }

    [GeneratedRegex(@"(?<=\r\n)(?![ \t])", RegexOptions.CultureInvariant)]
    private static partial Regex FieldStart();

    [GeneratedRegex(@"[ \t\r\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex Selector();
}
