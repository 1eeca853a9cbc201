namespace Grpc.Core;

/// <summary>How to write a message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>It need not be sent at once.</summary>
    BufferHint = 0x1,

    /// <summary>It must not be compressed.</summary>
    NoCompress = 0x2,
}
