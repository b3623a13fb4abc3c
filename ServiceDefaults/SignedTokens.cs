using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Desk.ServiceDefaults;

/// <summary>
/// Short texts that come back from outside and must not be forged: the token in a Message-ID, the link to a ticket's status. Each purpose
/// has a key of its own, derived with HMAC-SHA256 from <c>Desk:TokenKey</c>, so that a token for one can't be used for another.
/// </summary>
public sealed class SignedTokens(IConfiguration configuration)
{
    private readonly byte[] _root = Encoding.UTF8.GetBytes(
        configuration["Desk:TokenKey"] ?? throw new InvalidOperationException("Desk__TokenKey is not set: the app host gives it to every service."));

    /// <summary>The first 80 bits of HMAC-SHA256 as 20 hexadecimal characters: enough against guessing by mail or by web, short enough for an address.</summary>
    public string Tag(string purpose, string text)
    {
        Span<byte> key = stackalloc byte[32], mac = stackalloc byte[32];
        HMACSHA256.HashData(_root, Encoding.UTF8.GetBytes(purpose), key);
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text), mac);
        return Convert.ToHexStringLower(mac[..10]);
    }

    public bool TagIsRight(string purpose, string text, string tag)
        => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Tag(purpose, text)), Encoding.UTF8.GetBytes(tag));

    /// <summary>Text that can be read back by <see cref="Read"/> until it expires; safe in a URL.</summary>
    public string Write(string purpose, string text, DateTimeOffset expires)
    {
        var body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{expires.ToUnixTimeSeconds()}|{text}"));
        return $"{body}.{Tag(purpose, body)}";
    }

    /// <summary>The text, or null when the token is forged, for another purpose, or out of date.</summary>
    public string? Read(string purpose, string token, DateTimeOffset now)
    {
        if (token.Split('.') is not [var body, var tag] || !TagIsRight(purpose, body, tag))
            return null;
        var content = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(body));
        var bar = content.IndexOf('|');
        return bar > 0 && long.TryParse(content.AsSpan(0, bar), out var expires) && expires > now.ToUnixTimeSeconds() ? content[(bar + 1)..] : null;
    }
}
