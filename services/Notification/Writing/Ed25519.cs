using System.Numerics;
using System.Security.Cryptography;

namespace Desk.Notification.Writing;

/// <summary>
/// Signing by RFC 8032, 5.1, in its own terms: the framework has no Ed25519, and no library that has it restores here. It takes some milliseconds and they
/// depend on the key; it signs the desk's own mails, at times that nobody outside can measure, and is to be used for nothing else.
/// </summary>
internal sealed class Ed25519
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly Point Base = MakeBase();

    private readonly BigInteger _scalar;
    private readonly byte[] _prefix;

    public Ed25519(ReadOnlySpan<byte> secret)
    {
        var hash = SHA512.HashData(secret);
        hash[0] &= 248;
        hash[31] &= 127;
        hash[31] |= 64;
        _scalar = Little(hash.AsSpan(0, 32));
        _prefix = hash[32..];
        Public = Encode(Times(Base, _scalar));
    }

    public byte[] Public { get; }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var r = Little(SHA512.HashData((byte[])[.. _prefix, .. message])) % Order;
        var commitment = Encode(Times(Base, r));
        var challenge = Little(SHA512.HashData((byte[])[.. commitment, .. Public, .. message])) % Order;
        return [.. commitment, .. Bytes((r + (challenge * _scalar)) % Order)];
    }

    /// <summary>Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z.</summary>
    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    private static Point Add(Point p, Point q)
    {
        var a = (p.Y - p.X) * (q.Y - q.X) % P;
        var b = (p.Y + p.X) * (q.Y + q.X) % P;
        var c = 2 * p.T * q.T * D % P;
        var d = 2 * p.Z * q.Z % P;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(e * f % P, g * h % P, f * g % P, e * h % P);
    }

    private static Point Times(Point point, BigInteger scalar)
    {
        var sum = new Point(0, 1, 1, 0);
        for (; scalar > 0; scalar >>= 1, point = Add(point, point))
        {
            if (!scalar.IsEven)
                sum = Add(sum, point);
        }
        return sum;
    }

    private static byte[] Encode(Point point)
    {
        var inverse = Inverse(point.Z);
        var (x, y) = (Mod(point.X * inverse), Mod(point.Y * inverse));
        var bytes = Bytes(y);
        if (!x.IsEven)
            bytes[31] |= 0x80;
        return bytes;
    }

    private static Point MakeBase()
    {
        var y = Mod(4 * Inverse(5));
        var square = Mod(((y * y) - 1) * Inverse((D * y * y) + 1));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (Mod((x * x) - square) != 0)
            x = Mod(x * BigInteger.ModPow(2, (P - 1) / 4, P));
        if (!x.IsEven)
            x = P - x;
        return new Point(x, y, 1, Mod(x * y));
    }

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    private static BigInteger Little(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }
}
