namespace KvStore.Node.Topology;

/// <summary>Mistakes that tests plant into an <see cref="EpochPaxos"/>, to prove that they see them. Never configuration.</summary>
internal enum ElectionPlant
{
    None,

    /// <summary>A promise is forgotten by a restart.</summary>
    PromiseNotDurable,

    /// <summary>Acceptances are forgotten by a restart.</summary>
    VoteNotDurable,

    /// <summary>A joining member votes before it is in the current set.</summary>
    NonMemberVotes,

    /// <summary>Members of former epochs vote.</summary>
    EvictedVotes,

    /// <summary>Half of the voters are enough.</summary>
    WithoutMajority,

    /// <summary>A document that a promise reports is not taken over.</summary>
    AcceptedIgnored,

    /// <summary>A document is put in force whatever epoch was before.</summary>
    EpochSkipped,

    /// <summary>A voter counts each time its answer arrives.</summary>
    CountedTwice,
}
