// The three answers that Kosc's documentation prints, character by character, mistakes included.

/** A line: two products, one of them under a condition. */
export const line = `{
    "offers": [
        {
            "eligibility": {
                "under_conditions": [
                    {
                        "code": "COMPATIBILITY_CHECK",
                        "message": "The local loop compatibility has to be checked."
                    }
                ],
                "eligible": true,
                "reasons": null
            },
            "product_line": {
                "code": "AM",
                "name": "ADSL-Max"
            },
            "product": {
                "code": "AM08",
                "provider": "KOSC",
                "name": "ADSL-Max_shared_BE_KOSC",
                "priority": "000100010008",
                "options": {
                    "portability": {
                        "enabled": false
                    }
                }
            }
        },
        {
            "eligibility": {
                "under_conditions": null,
                "eligible": true,
                "reasons": null
            },
            "product_line": {
                "code": "AM",
                "name": "ADSL-Max"
            },
            "product": {
                "code": "AM01",
                "provider": "KOSC",
                "name": "ADSL-Max_FULL_BE_KOSC",
                "priority": "000100010001",
                "options": {
                    "portability": {
                        "enabled": true
                    }
                }
            }
        }
    ],
    "eligibility_ref": "elig-1872f35c-b03b-45df-b711-9ac624e2e4ed",
    "endpoint": {
        "endpoint_ref": "0492002525",
        "endpoint_ref_type": "line_number",
        "address": {
            "kosc_street_code": "0608859150",
            "kosc_insee_code": "06088",
            "street_number": "40",
            "street_name": "BOULEVARD SAINT ROCH",
            "city": "NICE",
            "owner_name": "NUMERIS ETS REMY"
        },
        "copper_info": {
            "status": "active",
            "unlisted_number": false,
            "available_pairs": 1,
            "max_available_pairs": 2,
            "under_construction": false,
            "sections_lengths": [
                {
                    "diameter": 4,
                    "length": 1517
                }
            ],
            "concentration_point": {
                "latlng": {
                    "latitude": 43.7117745,
                    "longitude": 7.2930902
                },
                "address": {
                    "kosc_street_code": "0608859150",
                    "kosc_insee_code": "06088",
                    "street_number": "40",
                    "street_name": "BOULEVARD SAINT ROCH",
                    "city": "NICE"
                }
            }
        }
    }
}`;

/** An outlet: refused until a day that has passed, with a fee and a delay all the same. */
export const otp = `{
    "offers": [
        {
            "eligibility": {
                "under_conditions": null,
                "eligible": false,
                "reasons": [
                    {
                        "code": "FIBER_NOT_YET_AVAILABLE",
                        "message": "Fiber not currently available in this area.",
                        "availability_date": "2018-07-15"
                    }
                ]
            },
            "product_line": {
                "code": "FP",
                "name": "PRO-FIBER"
            },
            "product": {
                "code": "FP01",
                "provider": "",
                "name": "PROFESSIONAL-FIBER",
                "priority": "001000600001",
                "options": null
            },
            "setup_fee": "500.00",
            "order_delay": "60"
        }
    ],
    "eligibility_ref": "elig-0baa9208-9455-4148-93e7-56a6fab97045",
    "endpoint": {
        "endpoint_ref": "FI-3790-3415",
        "endpoint_ref_type": "otp",
        "address": {
            "kosc_street_code": "9307700800",
            "kosc_insee_code": "93077",
            "street_number": "78",
            "street_name": "BOULEVARD D AULNAY",
            "city": "VILLEMOMBLE",
            "stairs": "6",
            "floor": "0"
        },
        "copper_info": {
            "status": null
        }
    },
    "fiber_info": {
        "building": {
            "operator_code": "FI",
            "operator_name": "ORANGE",
            "name": "6",
            "building_ref": "IMB/93077/X/00NA",
            "type": "BUILDING",
            "nro": "93064RNY",
            "address": {
                "street_number": "78",
                "street_name": "BOULEVARD D AULNAY",
                "kosc_street_code": "9307700800",
                "kosc_insee_code": "93077",
                "city": "VILLEMOMBLE"
            }
        }
    }
}`;

/** A building, with the comma too many behind its endpoint's address. */
export const building = `{
    "offers": [
        {
            "eligibility": {
                "under_conditions": null,
                "eligible": true,
                "reasons": null
            },
            "product_line": {
                "code": "FP",
                "name": "PRO-FIBER"
            },
            "product": {
                "code": "FP01",
                "provider": "",
                "name": "PROFESSIONAL-FIBER",
                "priority": "001000600001",
                "options": null
            },
            "setup_fee": "1000.00",
            "order_delay": "60"
        }
    ],
    "eligibility_ref": "elig-13142c1a-583d-4ebe-9d3b-a1b9ed75681d",
    "endpoint": {
        "address": {
            "kosc_street_code": "7710815602",
            "kosc_insee_code": "77108",
            "street_number": "14",
            "street_name": "AVENUE DES FRERES VERDEAUX",
            "city": "CHELLES"
        },
    },
    "fiber_info": {
        "building": {
            "operator_code": "FI",
            "operator_name": "ORANGE",
            "name": "",
            "building_ref": "IMB/77108/X/031C",
            "type": "HOUSE",
            "nro": "77108CHE",
            "address": {
                "street_number": "14",
                "street_name": "AVENUE DES FRERES VERDEAUX",
                "kosc_street_code": "7710815602",
                "kosc_insee_code": "77108",
                "city": "CHELLES"
            }
        }
    }
}`;
