using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Desk.Gateway.Sessions;

/// <summary>
/// A random secret of 256 bits, given out once and kept only as its SHA-256. A slow hash is for what people choose; nobody guesses 256 bits, and
/// this one is computed for every request.
/// </summary>
internal static class Secret
{
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
