using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;

namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// Keeps what was received on disk, message by message, so that a dashboard that starts again has it again: it takes the
/// messages once more, in their order. Bounded: files are begun one after the other, and beyond the limit the oldest goes whole.
///
/// <code>
/// 00000001.otlp, 00000002.otlp, ...   "KVTJ" 1, then frames
/// frame: signal (1) · packed length (4) · length (4) · CRC-32C of all but itself (4) · message (Brotli)
/// </code>
/// </summary>
/// <remarks>
/// Nothing is synced: it is telemetry, and a machine that loses power may lose the end of it. A frame that cannot be read ends
/// its file, and the next file is read. When the disk refuses a write the journal says why and keeps nothing more.
/// </remarks>
public sealed class TelemetryJournal : IDisposable
{
    public const long BytesMaxLeast = 1024 * 1024;

    private const int Files = 8;
    private const int HeaderLength = 8;
    private const int FrameHeaderLength = 1 + 4 + 4 + 4;
    private const int MessageBytesMax = 64 * 1024 * 1024;
    private const int Quality = 1;
    private const int Window = 18;
    private const string Extension = ".otlp";

    private static readonly byte[] Header = [.. "KVTJ"u8, 1, 0, 0, 0];

    private readonly Lock _sync = new();
    private readonly long _bytesMax;
    private readonly FileStream _lock;
    private FileStream? _file;
    private bool _isOpen;
    private long _closedBytes;

    /// <param name="directory">Used by one dashboard at a time; made if it is not there.</param>
    /// <exception cref="IOException">It is in use, or cannot be used.</exception>
    public TelemetryJournal(string directory, long bytesMax)
    {
        Directory = directory;
        _bytesMax = bytesMax;
        try
        {
            System.IO.Directory.CreateDirectory(directory);
            _lock = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Telemetry cannot be kept in {directory}: {e.Message}", e);
        }
    }

    public string Directory { get; }

    public long BytesMax => _bytesMax;

    /// <summary>Of all its files.</summary>
    public long Bytes
    {
        get
        {
            lock (_sync)
            {
                return _closedBytes + (_file?.Length ?? 0);
            }
        }
    }

    /// <summary>Why nothing more is kept; null while it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Everything that can be read, in the order in which it was kept. Before <see cref="Begin"/>.</summary>
    public IEnumerable<(TelemetrySignal Signal, byte[] Message)> Read()
    {
        foreach (var path in Paths())
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var header = new byte[HeaderLength];
            if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.AsSpan().SequenceEqual(Header))
            {
                continue;
            }

            while (TryReadFrame(file, out var signal, out var message))
            {
                yield return (signal, message);
            }
        }
    }

    /// <summary>From now on messages are kept, in a new file.</summary>
    public void Begin()
    {
        lock (_sync)
        {
            _isOpen = true;
            _closedBytes = Paths().Sum(path => new FileInfo(path).Length);
            Try(NextFile);
        }
    }

    public void Keep(TelemetrySignal signal, ReadOnlySpan<byte> message)
    {
        if (!_isOpen || message.IsEmpty)
        {
            return;
        }

        var frame = Frame(signal, message);
        lock (_sync)
        {
            // One that is longer than a file would break the limit.
            if (_file is null || Problem is not null || frame.Length > _bytesMax / Files)
            {
                return;
            }

            Try(() =>
            {
                if (_file.Length + frame.Length > _bytesMax / Files && _file.Length > HeaderLength)
                {
                    NextFile();
                }

                _file.Write(frame);
            });
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_sync)
        {
            if (_file is null)
            {
                return;
            }

            Try(() =>
            {
                _file.SetLength(HeaderLength);
                _file.Position = HeaderLength;
                foreach (var path in Paths().Where(path => path != _file.Name))
                {
                    File.Delete(path);
                }

                _closedBytes = 0;
            });
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            _isOpen = false;
            _file?.Dispose();
            _file = null;
            _lock.Dispose();
        }
    }

    private static byte[] Frame(TelemetrySignal signal, ReadOnlySpan<byte> message)
    {
        var packed = new byte[FrameHeaderLength + BrotliEncoder.GetMaxCompressedLength(message.Length)];
        if (!BrotliEncoder.TryCompress(message, packed.AsSpan(FrameHeaderLength), out var length, Quality, Window))
        {
            throw new InvalidOperationException("A buffer of the greatest length was too short.");
        }

        var frame = packed.AsSpan(0, FrameHeaderLength + length).ToArray();
        frame[0] = (byte)signal;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(5), message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(9), ChecksumOf(frame));
        return frame;
    }

    private static bool TryReadFrame(FileStream file, out TelemetrySignal signal, out byte[] message)
    {
        signal = default;
        message = [];
        var header = new byte[FrameHeaderLength];
        if (file.ReadAtLeast(header, FrameHeaderLength, throwOnEndOfStream: false) < FrameHeaderLength)
        {
            return false;
        }

        signal = (TelemetrySignal)header[0];
        var packedLength = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1));
        var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(5));
        if (!Enum.IsDefined(signal) || packedLength < 0 || packedLength > file.Length - file.Position || length is < 1 or > MessageBytesMax)
        {
            return false;
        }

        var frame = new byte[FrameHeaderLength + packedLength];
        header.CopyTo(frame, 0);
        file.ReadExactly(frame.AsSpan(FrameHeaderLength));
        message = new byte[length];
        return ChecksumOf(frame) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(9))
            && BrotliDecoder.TryDecompress(frame.AsSpan(FrameHeaderLength), message, out var written)
            && written == length;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> frame)
    {
        var checksum = uint.MaxValue;
        for (var i = 0; i < frame.Length; i++)
        {
            checksum = i is >= 9 and < FrameHeaderLength ? checksum : BitOperations.Crc32C(checksum, frame[i]);
        }

        return ~checksum;
    }

    /// <summary>In the order in which they were begun.</summary>
    private List<string> Paths() =>
        [.. System.IO.Directory.GetFiles(Directory, "*" + Extension).Where(path => NumberOf(path) > 0).OrderBy(NumberOf)];

    private static long NumberOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private void NextFile()
    {
        if (_file is not null)
        {
            _closedBytes += _file.Length;
            _file.Dispose();
            _file = null;
        }

        var paths = Paths();
        foreach (var path in paths)
        {
            if (_closedBytes <= _bytesMax - (_bytesMax / Files))
            {
                break;
            }

            _closedBytes -= new FileInfo(path).Length;
            File.Delete(path);
        }

        var number = (paths.Count == 0 ? 0 : NumberOf(paths[^1])) + 1;
        var next = Path.Combine(Directory, number.ToString("D8", CultureInfo.InvariantCulture) + Extension);
        _file = new FileStream(next, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _file.Write(Header);
    }

    /// <summary>Telemetry must not end because it cannot be kept.</summary>
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
        }
    }
}
