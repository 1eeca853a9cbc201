using System.Security.Cryptography;
using System.Text;

namespace KvStore.Node.Ring;

/// <summary>UUID version 5 (RFC 9562, section 5.5): an identity that is a function of a namespace and a name.</summary>
internal static class NameBasedGuid
{
    private const int GuidBytes = 16;

    public static Guid Of(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var input = new byte[GuidBytes + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(GuidBytes));

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined with SHA-1; nothing here rests on its strength.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..GuidBytes], bigEndian: true);
    }
}
