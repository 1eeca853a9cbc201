namespace KvStore.Tests.Storage.Damages;

/// <summary>What a store makes of a damaged directory.</summary>
internal enum DamageOutcome
{
    /// <summary>All that was acknowledged is back.</summary>
    Recovered,

    /// <summary>It does not open, and says which file is damaged, and where.</summary>
    Refused,

    /// <summary>
    /// It opens with less than was acknowledged, because the directory, or its log and nothing beside it says more, is one that an
    /// honest disk could have left at an earlier moment. What it shows is whole up to a lower log number; peers remember the higher one.
    /// </summary>
    ToldByPeers,

    /// <summary>It opens with less or something else, and could have known. There must be none.</summary>
    Silent,
}
