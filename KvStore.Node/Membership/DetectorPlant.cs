namespace KvStore.Node.Membership;

/// <summary>Mistakes that tests plant into a <see cref="FailureDetector"/>, to prove that they see them. Never configuration.</summary>
internal enum DetectorPlant
{
    None,

    /// <summary>A claim overrides whatever its incarnation.</summary>
    IncarnationIgnored,

    /// <summary>One unanswered ping is death: nobody else is asked and no time is given.</summary>
    NoSuspicion,

    /// <summary>A suspect is not told, and so cannot refute.</summary>
    NoRefutation,

    /// <summary>Time in which this member did not run counts against the others.</summary>
    PauseCounts,
}
