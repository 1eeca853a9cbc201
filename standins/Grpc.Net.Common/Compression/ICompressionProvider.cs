using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses messages in one encoding.</summary>
public interface ICompressionProvider
{
    /// <summary>Name of the encoding, as in the grpc-encoding header.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into <paramref name="stream"/> and leaves it open; null means the provider's level.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses <paramref name="stream"/>.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
